using Cacheme.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cacheme.Testing;

/// <summary>A storage, its clock, and keys that belong to one test.</summary>
public abstract class StorageHarness : IAsyncLifetime
{
    private readonly string _scope = Guid.NewGuid().ToString("N")[..8];
    private IStorage? _storage;

    /// <summary>The clock given to the storage.</summary>
    protected FakeTimeProvider Time { get; } = new();

    /// <summary>The storage under test, made before each test.</summary>
    protected IStorage Storage => _storage ?? throw new InvalidOperationException("The storage is made by InitializeAsync.");

    /// <summary>By how much the storage's clock may differ from <see cref="ElapseAsync"/>: zero where the clock is ours.</summary>
    protected virtual TimeSpan ClockError => TimeSpan.Zero;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => _storage = await CreateAsync(Time);

    public virtual async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a storage that has not connected yet.</summary>
    /// <param name="time">The clock, for a storage that uses one of this process.</param>
    protected abstract ValueTask<IStorage> CreateAsync(TimeProvider time);

    /// <summary>Lets time pass for the storage; one whose clock is elsewhere really waits.</summary>
    /// <param name="time">How much.</param>
    protected virtual ValueTask ElapseAsync(TimeSpan time)
    {
        Time.Advance(time);
        return ValueTask.CompletedTask;
    }

    /// <summary>The key as it is written: it begins with what is this test's alone.</summary>
    /// <param name="rest">How it ends.</param>
    protected string Key(string rest) => $"{_scope}:{rest}";

    protected StorageWrite Write(string key, byte[] value, TimeSpan? timeToLive = null) => new(Key(key), value, timeToLive);

    protected ValueTask SetAsync(string key, byte[] value, TimeSpan? timeToLive = null) =>
        Storage.SetAsync([Write(key, value, timeToLive)], Token);

    protected async ValueTask<StoredValue> GetAsync(string key) => Assert.Single(await Storage.GetAsync([Key(key)], Token));

    protected static byte[] Bytes(StoredValue value)
    {
        Assert.True(value.Exists);
        return value.Bytes.ToArray();
    }
}
