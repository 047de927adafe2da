using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>A collection of a MongoDB database as a storage.</summary>
/// <remarks>A read is ended by its caller's token, with its connection. A write goes on when its caller leaves: nobody could say what the server still makes of it.</remarks>
internal sealed class MongoStorage : IStorage
{
    /// <summary>How old a write may be to be sent again: one that hung may have been overtaken by those of others.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(3);

    // How long a process waits at its end for a server; not a time of the cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly MongoConnection _connection;
    private readonly string _database;
    private readonly string _collection;
    private readonly TimeProvider _time;
    private readonly MongoReadiness _readiness;
    private readonly MongoOperations _operations = new(Patience);

    private MongoStorage(MongoConnection connection, string database, string collection, TimeProvider time)
    {
        _connection = connection;
        _database = database;
        _collection = collection;
        _time = time;
        Lifetimes = new MongoLifetimes((change, token) => WriteAsync(change, static (entries, change) => change(entries), token), time);
        _readiness = new MongoReadiness(() => _operations.RunAsync(this, static storage => storage.LookAsync()), time);
    }

    /// <summary>A storage with a client of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where, and how.</param>
    public static MongoStorage Connecting(IServiceProvider services, MongoConfiguration configuration) => new(
        new MongoConnection(() => new MongoClient(configuration.Resolve()), owned: true),
        configuration.Database,
        configuration.Collection,
        services.GetService<TimeProvider>() ?? TimeProvider.System);

    /// <summary>A storage over a client of the application's.</summary>
    /// <param name="services">The services.</param>
    /// <param name="client">Gives the client, at the first use.</param>
    /// <param name="database">The database.</param>
    /// <param name="collection">The collection.</param>
    public static MongoStorage Over(IServiceProvider services, Func<IMongoClient> client, string database, string collection) =>
        new(new MongoConnection(() => Acknowledging(client(), database), owned: false), database, collection, services.GetService<TimeProvider>() ?? TimeProvider.System);

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _readiness.LookAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _operations.RunAsync(
            (Storage: this, Keys: keys, Token: cancellationToken), static read => read.Storage.ReadAsync(read.Keys, read.Token)).ConfigureAwait(false);
    }

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _readiness.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var now = MongoExpiry.Now(_time);
        await WriteAsync((writes, now), static (entries, set) => MongoWrite.SetAsync(entries, set.writes, set.now), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await WriteAsync(keys, MongoWrite.RemoveAsync, cancellationToken).ConfigureAwait(false);
    }

    public IStorageLifetimes Lifetimes { get; }

    public IInvalidationLog OpenInvalidationLog(string name, int records) => new MongoInvalidationLog(ChangeLogAsync, ReadLogAsync, name, records, _time);

    /// <summary>Closes what it owns. Waits for the server two seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        await _operations.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static IMongoClient Acknowledging(IMongoClient client, string database)
    {
        // Not the client's settings, which one that was made by WithWriteConcern may not tell.
        MongoAcknowledgement.Require(client.GetDatabase(database).Settings.WriteConcern);
        return client;
    }

    private Task<IReadOnlyList<StoredValue>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => AskAsync(
        (Keys: keys, Now: MongoExpiry.Now(_time), Token: cancellationToken),
        static async (entries, read) => read.Keys.Count == 1
            ? new StoredValue[] { await MongoRead.OneAsync(entries, read.Keys[0], read.Now, read.Token).ConfigureAwait(false) }
            : await MongoRead.ManyAsync(entries, read.Keys, read.Now, read.Token).ConfigureAwait(false),
        cancellationToken);

    private async ValueTask<List<LogRecord>> ReadLogAsync(Func<IMongoCollection<BsonDocument>, Task<List<LogRecord>>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _operations.RunAsync(
            (Storage: this, Read: read, Token: cancellationToken),
            static ask => ask.Storage.AskAsync(ask.Read, static (entries, read) => read(LogBeside(entries)), ask.Token)).ConfigureAwait(false);
    }

    private async ValueTask<long> ChangeLogAsync(Func<IMongoCollection<BsonDocument>, Task<long>> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _readiness.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var result = 0L;
        await WriteAsync(
            change, async (entries, change) => result = await change(LogBeside(entries)).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<TResult> AskAsync<TState, TResult>(
        TState state, Func<IMongoCollection<MongoEntry>, TState, Task<TResult>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(await OpenAsync(cancellationToken).ConfigureAwait(false), state).ConfigureAwait(false);
        }
        catch (Exception failure) when (MongoFaults.IsOurs(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw MongoFaults.Explain(failure, _connection.Client?.Cluster.Description);
        }
    }

    private ValueTask WriteAsync<TState>(TState state, Func<IMongoCollection<MongoEntry>, TState, Task> change, CancellationToken cancellationToken) =>
        _operations.RunAsync((Storage: this, State: state, Change: change), static write => write.Storage.ChangeAsync(write.State, write.Change))
            .WaitOrLeaveAsync(cancellationToken);

    /// <summary>Makes a change, once more where the connection broke at once or the server has stepped down: the driver repeats no removal of many documents, and on a single server no write at all.</summary>
    private async Task<bool> ChangeAsync<TState>(TState state, Func<IMongoCollection<MongoEntry>, TState, Task> change)
    {
        var begun = _time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await change(await OpenAsync(CancellationToken.None).ConfigureAwait(false), state).ConfigureAwait(false);
                return true;
            }
            catch (Exception failure) when (MongoFaults.IsOurs(failure))
            {
                if (!isFirst || !MongoFaults.IsServerLost(failure) || _time.GetElapsedTime(begun) > MaxAge)
                {
                    throw MongoFaults.Explain(failure, _connection.Client?.Cluster.Description);
                }
            }
        }
    }

    private async Task<MongoStorageException?> LookAsync()
    {
        using var limit = new CancellationTokenSource(LookLimit, _time);
        try
        {
            return await MongoIndexes.EnsureAsync(await OpenAsync(limit.Token).ConfigureAwait(false), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException left) when (limit.IsCancellationRequested)
        {
            throw new MongoStorageException(
                _connection.Client is null
                    ? $"There was no client of MongoDB within {LookLimit.TotalSeconds:0} seconds. With mongodb+srv:// DNS may not answer."
                    : $"MongoDB did not say within {LookLimit.TotalSeconds:0} seconds which indexes there are.",
                left);
        }
        catch (Exception failure) when (MongoFaults.IsOurs(failure))
        {
            throw MongoFaults.Explain(failure, _connection.Client?.Cluster.Description);
        }
    }

    private static IMongoCollection<BsonDocument> LogBeside(IMongoCollection<MongoEntry> entries) =>
        entries.Database.GetCollection<BsonDocument>(entries.CollectionNamespace.CollectionName).WithReadPreference(ReadPreference.Primary);

    private async ValueTask<IMongoCollection<MongoEntry>> OpenAsync(CancellationToken cancellationToken)
    {
        var client = await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return client.GetDatabase(_database).GetCollection<MongoEntry>(_collection);
    }
}
