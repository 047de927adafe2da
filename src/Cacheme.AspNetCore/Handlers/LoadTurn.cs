namespace Cacheme.AspNetCore.Handlers;

/// <summary>A piece of work that begins once, or never when it was closed before. Thread-safe.</summary>
internal sealed class LoadTurn
{
    private const int Idle = 0, Begun = 1, Closed = 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public bool HasBegun => Volatile.Read(ref _state) == Begun;

    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Idle) == Idle;

    public void End() => _ended.SetResult();

    /// <summary>Keeps it from beginning any more, or waits until it has ended.</summary>
    public Task CloseAsync() => Interlocked.CompareExchange(ref _state, Closed, Idle) == Begun ? _ended.Task : Task.CompletedTask;
}
