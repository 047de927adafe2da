namespace Cacheme.Sql.Tests;

public sealed class SqlTableTests
{
    private readonly Queue<TaskCompletionSource> _attempts = new();
    private int _made;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_ManyAtOnce_IsMadeOnce()
    {
        var attempt = Attempt();
        var table = new SqlTable(MakeAsync);
        Task[] waiting = [.. Enumerable.Range(0, 8).Select(_ => table.ReadyAsync(Token).AsTask())];

        attempt.SetResult();
        await Task.WhenAll(waiting);

        Assert.True(table.IsReady);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task Ready_AnAttemptFailed_TheNextCallerTriesAgain()
    {
        Attempt().SetException(new SqlStorageException("first"));
        Attempt().SetResult();
        var table = new SqlTable(MakeAsync);

        await Assert.ThrowsAsync<SqlStorageException>(async () => await table.ReadyAsync(Token));
        await table.ReadyAsync(Token);

        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task Ready_ACallerLeaves_TheAttemptGoesOnForTheOthers()
    {
        var attempt = Attempt();
        var table = new SqlTable(MakeAsync);
        using var leaving = new CancellationTokenSource();
        var leaver = table.ReadyAsync(leaving.Token).AsTask();
        var other = table.ReadyAsync(Token).AsTask();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        attempt.SetResult();
        await other;

        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task Forget_IsBeingMade_IsNotMadeTwice()
    {
        var attempt = Attempt();
        var table = new SqlTable(MakeAsync);
        var waiting = table.ReadyAsync(Token).AsTask();

        table.Forget();
        var other = table.ReadyAsync(Token).AsTask();
        attempt.SetResult();
        await Task.WhenAll(waiting, other);

        Assert.Equal(1, _made);
    }

    private TaskCompletionSource Attempt()
    {
        var attempt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _attempts.Enqueue(attempt);
        return attempt;
    }

    private Task MakeAsync()
    {
        Interlocked.Increment(ref _made);
        return _attempts.Dequeue().Task;
    }
}
