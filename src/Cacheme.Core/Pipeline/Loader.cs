using System.Diagnostics;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>Step 7 of the read path: runs a load in a scope of its own, timed, traced and counted.</summary>
internal sealed class Loader(NodeDefinition definition, IServiceScopeFactory scopes, TimeProvider time, ILogger logger)
{
    /// <summary>Runs a load.</summary>
    /// <param name="load">The load.</param>
    /// <param name="keys">How many keys it loads.</param>
    /// <param name="abandoned">Fires when nobody waits any more.</param>
    /// <param name="traced">Is told of the load's span before it runs, if it has one.</param>
    public async ValueTask<TResult> RunAsync<TResult>(
        Func<LoadContext, ValueTask<TResult>> load, int keys, CancellationToken abandoned, Action<Activity>? traced = null)
    {
        var context = new LoadContext(scopes, abandoned);
        using var span = CachemeActivitySource.StartLoad(definition.Name, keys);
        if (span is not null)
        {
            traced?.Invoke(span);
        }

        var started = time.GetTimestamp();
        var outcome = LoadOutcome.Failure;
        try
        {
            var result = await load(context).ConfigureAwait(false);
            outcome = LoadOutcome.Success;
            return result;
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            outcome = LoadOutcome.Cancelled;
            throw;
        }
        catch (Exception error)
        {
            CachemeActivitySource.Failed(span, error);
            Log.LoadFailed(logger, definition.Name, error);
            throw;
        }
        finally
        {
            definition.Counters.Load(outcome, time.GetElapsedTime(started), keys);
            CachemeActivitySource.Loaded(span, outcome);
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }
}
