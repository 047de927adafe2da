using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>A process' right to load a key while others wait for it, extended as long as it is held.</summary>
internal sealed class LoadLease : IAsyncDisposable
{
    private readonly RemoteStorage _storage;
    private readonly IStorageLeases _leases;
    private readonly string _key;
    private readonly long _generation;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _released = new();
    private readonly Task _extending;
    private long _heldSince;

    /// <param name="storage">Where it is held.</param>
    /// <param name="leases">The storage's leases.</param>
    /// <param name="key">The full key.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="duration">How long it is held unless extended.</param>
    /// <param name="asked">When it was asked for, as a timestamp of the clock.</param>
    /// <param name="time">The clock.</param>
    public LoadLease(
        RemoteStorage storage, IStorageLeases leases, string key, long generation, TimeSpan duration, long asked, TimeProvider time)
    {
        _storage = storage;
        _leases = leases;
        _key = key;
        _generation = generation;
        _duration = duration;
        _time = time;
        _heldSince = asked;
        _extending = ExtendAsync();
    }

    /// <summary>Whether it is surely held for as long as a write may take: nobody else has loaded since, and stored what is newer.</summary>
    public bool IsHeld => _time.GetElapsedTime(Volatile.Read(ref _heldSince)) + _storage.Timeout < _duration;

    /// <summary>Gives it back. Never fails: one that cannot be given back runs out.</summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync().ConfigureAwait(false);
        await _extending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _released.Dispose();
        await _storage.AskAsync(
            StoreOperation.LeaseRelease,
            (_leases, _key, _generation),
            static async (ask, token) =>
            {
                await ask._leases.ReleaseAsync(ask._key, ask._generation, token).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ExtendAsync()
    {
        while (true)
        {
            await Task.Delay(_duration / 3, _time, _released.Token).ConfigureAwait(false);
            var asked = _time.GetTimestamp();
            var extended = await _storage.AskAsync(
                StoreOperation.LeaseExtend,
                (_leases, _key, _generation, _duration),
                static (ask, token) => ask._leases.TryExtendAsync(ask._key, ask._generation, ask._duration, token),
                _released.Token).ConfigureAwait(false);
            if (extended is { Error: null, Value: true })
            {
                Volatile.Write(ref _heldSince, asked);
            }
        }
    }
}
