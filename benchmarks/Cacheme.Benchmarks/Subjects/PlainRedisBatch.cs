using System.Collections.Concurrent;
using Cacheme.Benchmarks.Workloads;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>The floor for batches: one MGET and one load for what nobody else is getting, and nothing else.</summary>
internal sealed class PlainRedisBatch(ConnectionMultiplexer redis, Source source) : ISubject
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _flights = [];
    private readonly IDatabase _database = redis.GetDatabase();

    public string? Warning => null;

    public static async Task<ISubject> ConnectAsync(string endPoint, Source source) =>
        new PlainRedisBatch(await ConnectionMultiplexer.ConnectAsync(endPoint), source);

    public async ValueTask<bool> AnswersAsync(int[] uids)
    {
        var answers = new Task<int>[uids.Length];
        var led = new List<int>();
        for (var i = 0; i < uids.Length; i++)
        {
            var mine = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            var flight = _flights.GetOrAdd(uids[i], mine);
            answers[i] = flight.Task;
            if (flight == mine)
            {
                led.Add(uids[i]);
            }
        }

        if (led.Count > 0)
        {
            _ = ReadAsync(led);
        }

        return (await Task.WhenAll(answers)).AsSpan().SequenceEqual(uids);
    }

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private static string KeyOf(int uid) => $"plain:uid:{uid}:v1";

    private async Task ReadAsync(List<int> uids)
    {
        var found = await _database.StringGetAsync([.. uids.Select(uid => (RedisKey)KeyOf(uid))]).ConfigureAwait(false);
        var missing = new List<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i].HasValue && _flights.TryRemove(uids[i], out var flight))
            {
                flight.SetResult((int)found[i]);
            }
            else
            {
                missing.Add(uids[i]);
            }
        }

        if (missing.Count > 0)
        {
            await LoadAsync(missing).ConfigureAwait(false);
        }
    }

    private async Task LoadAsync(List<int> uids)
    {
        await source.LoadManyAsync(uids.Count, CancellationToken.None).ConfigureAwait(false);
        uids.ForEach(uid => _flights[uid].SetResult(uid));
        await _database.StringSetAsync([.. uids.Select(uid => KeyValuePair.Create((RedisKey)KeyOf(uid), (RedisValue)uid))]).ConfigureAwait(false);
        uids.ForEach(uid => _flights.TryRemove(uid, out _));
    }
}
