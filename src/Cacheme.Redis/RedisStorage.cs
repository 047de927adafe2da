using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Keys and bytes in Redis: a value is a string, its life is the key's own expiry.</summary>
/// <remarks>
/// All commands of one call are sent before the first answer is waited for. One connection to each server carries them, so
/// a server runs them in the order in which they were sent: of two writes of one key the later one wins.
/// </remarks>
internal sealed class RedisStorage(RedisConnection connection, int database, TimeProvider time, ILogger logger, bool tls = false) : IStorage
{
    private const string TlsCure =
        "The server must speak TLS on this port, with a certificate that is valid today, for the host that is connected to, from an authority that this "
        + "machine trusts or that is named by ca=/path/to/ca.pem in the address (CertificateAuthority in code).";
    private const int DriverDefault = -1;
    private const int NoSlot = -1;
    private static readonly RedisKey AnyKey = "any";
    private RedisLeases? _leases;
    private RedisLifetimes? _lifetimes;
    private readonly RedisRead _read = new(new SlotRedirect(time));
    private readonly RedisWrite _write = new(new SlotRedirect(time));
    private bool _hasSeenStandalone;

    /// <summary>A storage with a connection of its own, which opens at the first use.</summary>
    /// <param name="configuration">Where, and how.</param>
    /// <param name="services">Gives the clock and the log, where there are any.</param>
    public static RedisStorage Connecting(ConfigurationOptions configuration, IServiceProvider? services = null) => new(
        new RedisConnection(async () => await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false), owned: true),
        DriverDefault, ClockOf(services), LoggerOf(services), configuration.Ssl);

    /// <summary>A storage over a connection that belongs to somebody else.</summary>
    /// <param name="multiplexer">Gives the connection, at the first use.</param>
    /// <param name="database">The number of the database; null for the connection's own default.</param>
    /// <param name="services">Gives the clock and the log, where there are any.</param>
    public static RedisStorage Over(Func<IConnectionMultiplexer> multiplexer, int? database, IServiceProvider? services = null) => new(
        new RedisConnection(() => Task.FromResult(multiplexer()), owned: false), database ?? DriverDefault, ClockOf(services), LoggerOf(services));

    /// <summary>Not on a cluster: a node that hangs would hold up the keys of the others. Nor before a server has said that it is none.</summary>
    public bool BatchesReads =>
        connection.Opened is { } multiplexer && multiplexer.HashSlot(AnyKey) == NoSlot && (_hasSeenStandalone || (_hasSeenStandalone = IsConnectedToStandalone(multiplexer)));

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!redis.Multiplexer.IsConnected)
        {
            // The driver goes on trying by itself. The ping is for its exception, which says why there is no connection.
            await PingAsync(redis).ConfigureAwait(false);
        }
    }

    public ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        connection.Opened is { } multiplexer && !cancellationToken.IsCancellationRequested
            ? GetAsync(multiplexer.GetDatabase(database), keys, cancellationToken)
            : OpenAndGetAsync(keys, cancellationToken);

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var sent = writes.Count == 1
            ? _write.SetAsync(redis, writes[0], cancellationToken)
            : Task.WhenAll(RedisWrite.LastOfEachKey(writes).Select(write => _write.SetAsync(redis, write, cancellationToken)));
        await sent.ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var removals = RedisKeyBatch.Split(keys, redis.Multiplexer).Select(batch => _write.RemoveAsync(redis, batch.Keys, cancellationToken));
        await Task.WhenAll(removals).ConfigureAwait(false);
    }

    public IStorageLeases Leases => _leases ??= new RedisLeases(OpenAsync, time);

    public IStorageLifetimes Lifetimes => _lifetimes ??= new RedisLifetimes(OpenAsync, time);

    public IInvalidationLog OpenInvalidationLog(string name, int records) => new RedisInvalidationLog(OpenAsync, name, records, time, logger);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static TimeProvider ClockOf(IServiceProvider? services) => services?.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger LoggerOf(IServiceProvider? services) => services?.GetService<ILoggerFactory>()?.CreateLogger<RedisStorage>() ?? NullLogger<RedisStorage>.Instance;

    private async ValueTask<IReadOnlyList<StoredValue>> OpenAndGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await GetAsync(await OpenAsync(cancellationToken).ConfigureAwait(false), keys, cancellationToken).ConfigureAwait(false);

    private ValueTask<IReadOnlyList<StoredValue>> GetAsync(IDatabase redis, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        keys.Count == 1 ? _read.OneAsync(redis, keys[0], cancellationToken)
        : RedisKeyBatch.TryWhole(keys, redis.Multiplexer) is { } whole ? _read.ManyAsync(redis, whole, cancellationToken)
        : GetSplitAsync(redis, keys, cancellationToken);

    private async ValueTask<IReadOnlyList<StoredValue>> GetSplitAsync(IDatabase redis, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var values = new StoredValue[keys.Count];
        await Task.WhenAll(RedisKeyBatch.Split(keys, redis.Multiplexer).Select(async batch =>
        {
            var found = await _read.ManyAsync(redis, batch.Keys, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < found.Count; i++)
            {
                values[batch.Positions[i]] = found[i];
            }
        })).ConfigureAwait(false);
        return values;
    }

    // Until it is connected to one, the driver takes every server for a standalone one.
    private static bool IsConnectedToStandalone(IConnectionMultiplexer multiplexer) =>
        multiplexer.GetServers().Any(static server => server.IsConnected && server.ServerType == ServerType.Standalone);

    private async ValueTask PingAsync(IDatabase redis)
    {
        try
        {
            await redis.PingAsync().ConfigureAwait(false);
        }
        catch (RedisConnectionException failure) when (tls)
        {
            // The driver does not always know why: the other side may have hung up first.
            throw new RedisConnectionException(failure.FailureType, failure.Flags, $"{failure.Message} {TlsCure}", failure, failure.CommandStatus);
        }
    }

    private async ValueTask<IDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var multiplexer = await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return multiplexer.GetDatabase(database);
    }
}
