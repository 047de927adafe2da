using Cacheme.Concurrency;
using Polly;

namespace Cacheme.Storage;

/// <summary>One run of an operation, with its timeout.</summary>
internal sealed class StorageAttempt<TState, T>(
    IStorage storage, TState state, Func<IStorage, TState, CancellationToken, ValueTask<T>> action, TimeSpan timeout, TimeoutQueue timeouts)
{
    /// <summary>When the wait was given up: how the operation ends after all. Never fails itself.</summary>
    public Task<Exception?>? Late { get; private set; }

    public async ValueTask<Outcome<T>> RunAsync(CancellationToken cancellationToken)
    {
        // Not disposed: it has no timer of its own, and the queue may be about to cancel it.
        var ended = new CancellationTokenSource();
        var patience = ended.Token;
        var timed = timeouts.Add(ended);
        var left = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ended);
        Task<T>? work = null;
        try
        {
            work = action(storage, state, patience).AsTask();
            return Outcome.FromResult(await work.WaitAsync(patience).ConfigureAwait(false));
        }
        catch (OperationCanceledException error) when (patience.IsCancellationRequested)
        {
            // Also when it has ended in this very moment: its exception must not go unseen.
            Late = work is null ? null : EndOf(work);
            return Outcome.FromException<T>(
                cancellationToken.IsCancellationRequested ? error : new TimeoutException($"It was given up: it took longer than {timeout}, or others did until the circuit opened.", error));
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<T>(error);
        }
        finally
        {
            timeouts.Remove(timed);
            left.Unregister();
        }
    }

    private static async Task<Exception?> EndOf(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
