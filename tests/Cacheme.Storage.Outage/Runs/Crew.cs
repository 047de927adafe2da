using System.Collections.Concurrent;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Callers who ask at an even pace, and now and then invalidate; each answer is held against the oracle.</summary>
internal sealed class Crew(ICacheme cacheme, Oracle oracle, OutagePlan plan)
{
    private const int Callers = 32;
    private const int RequestsToAChange = 100;
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentQueue<(long Start, TimeSpan Time)> _answers = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private int _next = -1;
    private int _failed;
    private int _wrong;
    private string? _firstProblem;

    public int Failed => _failed;

    public int Wrong => _wrong;

    public string FirstProblem => _firstProblem ?? "";

    /// <summary>When each request began, by timestamp, and how long it took.</summary>
    public IReadOnlyCollection<(long Start, TimeSpan Time)> Answers => _answers;

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));

    private async Task CallAsync()
    {
        while (Interlocked.Increment(ref _next) is var number && number < plan.Requests)
        {
            var wait = (plan.Duration / plan.Requests * number) - TimeProvider.System.GetElapsedTime(_started);
            if (wait > Slack)
            {
                await Task.Delay(wait);
            }

            var key = new Random(number).Next(oracle.Keys);
            if (number % RequestsToAChange == 0)
            {
                await ChangeAsync(key);
            }

            await AskAsync(key);
        }
    }

    private async Task AskAsync(int key)
    {
        var oldest = oracle.OldestFor(key);
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            var value = await cacheme.GetAsync(new OutageNode(key));
            if (!oracle.IsRight(key, oldest, value))
            {
                Interlocked.Increment(ref _wrong);
                _firstProblem ??= $"Key {key} was at version {oldest}, and the answer was '{value.TrimEnd('.')}'.";
            }
        }
        catch (Exception failure)
        {
            Interlocked.Increment(ref _failed);
            _firstProblem ??= failure.ToString();
        }

        _answers.Enqueue((start, TimeProvider.System.GetElapsedTime(start)));
    }

    private async Task ChangeAsync(int key)
    {
        var version = oracle.Change(key);
        try
        {
            await cacheme.InvalidateAsync(new OutageNode(key));
        }
        catch (InvalidationException)
        {
            // The storage was not reached, and the caller is told so. This process must not serve the old value all the same.
        }

        oracle.Invalidated(key, version);
    }
}
