namespace Cacheme.DropIn.Tests.Catalog;

/// <summary>Three made-up products, and how often they were asked for.</summary>
internal sealed class CatalogDatabase
{
    private readonly Lock _sync = new();
    private readonly Dictionary<int, Product> _products = new Product[]
    {
        new(1, "Lamp", "lights", ["new"]),
        new(2, "Torch", "lights", []),
        new(3, "Chair", "seats", ["wood"]),
    }.ToDictionary(product => product.Id);

    private int _queries;

    public int Queries => Volatile.Read(ref _queries);

    public async Task<Product?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await QueryAsync(cancellationToken);
        lock (_sync)
        {
            return _products.GetValueOrDefault(id);
        }
    }

    public async Task<List<string>> NamesAsync(string department, CancellationToken cancellationToken)
    {
        await QueryAsync(cancellationToken);
        lock (_sync)
        {
            return [.. _products.Values.Where(product => product.Department == department).Select(product => product.Name)];
        }
    }

    public async Task<Price> PriceAsync(int id, CancellationToken cancellationToken)
    {
        await QueryAsync(cancellationToken);
        return id > 0 ? new Price(id * 1_000 - 1) : throw new InvalidOperationException("There is no such price.");
    }

    public void Rename(int id, string name)
    {
        lock (_sync)
        {
            _products[id] = _products[id] with { Name = name };
        }
    }

    private async Task QueryAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _queries);
    }
}
