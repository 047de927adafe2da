namespace Cacheme.Benchmarks.Storages;

/// <summary>A payload in the storage alone. It is loaded at no cost.</summary>
internal sealed record PayloadNode(int Id) : Node<byte[]>
{
    public override NodeKey Key => $"payload:{Id}";

    public override ValueTask<byte[]> LoadAsync(LoadContext context) => new(context.GetRequiredService<byte[]>());
}
