using System.Diagnostics;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>Step 7 of the read path: runs a load in a scope of its own, timed, traced and counted.</summary>
internal sealed class Loader(NodeDefinition definition, IServiceScopeFactory scopes, TimeProvider time, CachemeMeter meter, ILogger logger)
{
    /// <summary>Runs a load.</summary>
    /// <param name="load">The load.</param>
    /// <param name="keys">How many keys it loads.</param>
    /// <param name="abandoned">Fires when nobody waits any more.</param>
    public async ValueTask<TResult> RunAsync<TResult>(Func<LoadContext, ValueTask<TResult>> load, int keys, CancellationToken abandoned)
    {
        var context = new LoadContext(scopes, abandoned);
        using var span = CachemeActivitySource.StartLoad(definition.Name, keys);
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
            span?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            Log.LoadFailed(logger, definition.Name, error);
            throw;
        }
        finally
        {
            var duration = time.GetElapsedTime(started);
            definition.Counters.Load(outcome, duration);
            meter.LoadEnded(definition.Name, outcome, duration);
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }
}
