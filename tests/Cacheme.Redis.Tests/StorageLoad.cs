using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Cacheme.Storage;
using Cacheme.Testing;

namespace Cacheme.Redis.Tests;

/// <summary>Callers that write, read and remove without a pause, and know what each key must hold.</summary>
/// <remarks>Each caller has keys of its own, so that of each key there is one truth. A value carries its key and its version.</remarks>
internal sealed class StorageLoad
{
    private const int Callers = 6;
    private const int KeysOfACaller = 12;

    private readonly IStorage _storage;
    private readonly Task[] _callers;
    private readonly string[] _tags;
    private int _rounds;
    private volatile bool _ended;

    private StorageLoad(IStorage storage, string[] tags)
    {
        _storage = storage;
        _tags = tags;
        _callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller)))];
    }

    /// <summary>What callers were told instead of an answer, in order.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>What was read and is not what was written last, in order.</summary>
    public ConcurrentQueue<string> WrongValues { get; } = [];

    /// <summary>How many rounds went well, each of a write, two reads and a removal.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    /// <summary>Starts the callers.</summary>
    /// <param name="storage">Where they write.</param>
    /// <param name="tags">What keys begin with, so that some lie in slots that the test knows.</param>
    public static StorageLoad Start(IStorage storage, params string[] tags) => new(storage, tags);

    /// <summary>Waits until so many more rounds went well.</summary>
    /// <param name="rounds">How many.</param>
    public Task RunAsync(int rounds)
    {
        var goal = Rounds + rounds;
        return Eventually.HoldsAsync(() => Task.FromResult(Rounds >= goal));
    }

    /// <summary>Lets the callers end their round.</summary>
    public async Task EndAsync()
    {
        _ended = true;
        await Task.WhenAll(_callers);
    }

    private async Task CallAsync(int caller)
    {
        string[] keys = [.. Enumerable.Range(0, KeysOfACaller).Select(i => $"{_tags[i % _tags.Length]}:{caller}:{i}")];
        for (var version = 1; !_ended; version++)
        {
            try
            {
                await RoundAsync(keys, version);
                Interlocked.Increment(ref _rounds);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Failures.Enqueue(failure);
                await Task.Yield();
            }
        }
    }

    private async Task RoundAsync(string[] keys, int version)
    {
        await _storage.SetAsync([.. keys.Select(key => new StorageWrite(key, ValueOf(key, version), null))], CancellationToken.None);
        Check(keys, version, await _storage.GetAsync(keys, CancellationToken.None));
        var one = keys[version % keys.Length];
        await _storage.SetAsync([new StorageWrite(one, ValueOf(one, -version), TimeSpan.FromHours(1))], CancellationToken.None);
        Check([one], -version, await _storage.GetAsync([one], CancellationToken.None));
        await _storage.RemoveAsync(keys, CancellationToken.None);
        var left = await _storage.GetAsync(keys, CancellationToken.None);
        if (left.Any(value => value.Exists))
        {
            WrongValues.Enqueue($"removed in {version}, still there");
        }
    }

    private void Check(string[] keys, int version, IReadOnlyList<StoredValue> values)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (!values[i].Exists || !values[i].Bytes.Span.SequenceEqual(ValueOf(keys[i], version)))
            {
                WrongValues.Enqueue($"{keys[i]} in {version}: {(values[i].Exists ? Encoding.UTF8.GetString(values[i].Bytes.Span) : "absent")}");
            }
        }
    }

    private static byte[] ValueOf(string key, int version) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}={version}"));
}
