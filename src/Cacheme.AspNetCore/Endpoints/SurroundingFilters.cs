using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>The filters around a node's place on an endpoint. Those before it run on a hit, and see what the handler would return; those behind it would not run.</summary>
/// <remarks>
/// Made while the endpoint is built: the filters behind are made already, those before are still to be made. A mapped node is
/// the handler itself, so that all are before it, wherever they were added.
/// </remarks>
internal sealed class SurroundingFilters
{
    private static readonly EndpointFilterDelegate Probe = static _ => default;

    private readonly bool _isHandler;
    private readonly bool _areInside;
    private bool _areOutside;

    /// <param name="endpoint">The endpoint.</param>
    /// <param name="place">The node's place among its filters, from the outermost.</param>
    /// <param name="context">What filters are made with.</param>
    /// <param name="isHandler">Whether the node is the handler itself.</param>
    public SurroundingFilters(EndpointBuilder endpoint, int place, EndpointFilterFactoryContext context, bool isHandler)
    {
        _isHandler = isHandler;
        var factories = endpoint.FilterFactories;
        _areInside = factories.Skip(place + 1).Any(factory => DoesFilter(factory, context));
        for (var i = 0; i < place; i++)
        {
            factories[i] = Watch(factories[i], isOutermost: i == 0);
        }
    }

    /// <summary>Whether there are any between the node's place and the handler.</summary>
    public bool StandBehind => _areInside && !_isHandler;

    /// <summary>Whether there are any on the other side. Known when the endpoint is built.</summary>
    public bool StandBefore => Volatile.Read(ref _areOutside) || (_areInside && _isHandler);

    /// <summary>What the filters before are to see of an answer: what the handler would return.</summary>
    public object? Show(HttpContext http, object? result)
    {
        if (!StandBefore || result is not NodeResult answer)
        {
            return result;
        }

        http.Features.Set(answer);
        return answer.Shown;
    }

    /// <summary>What stands at the place of a node that is the handler itself: nothing, unless it is the outermost that has something to do.</summary>
    public EndpointFilterDelegate Around(EndpointFilterDelegate next) =>
        !_areInside ? next : async call => await next(call) is var result && !Volatile.Read(ref _areOutside) ? Recognize(call.HttpContext, result) : result;

    // The answer again, where the filters have passed on what they were shown.
    private static object? Recognize(HttpContext http, object? result)
    {
        if (http.Features.Get<NodeResult>() is not { } answer)
        {
            return result;
        }

        if (ReferenceEquals(answer.Shown, result))
        {
            // A filter may have changed the value in place: a body that was kept before does not show it.
            answer.KeepsBody = false;
            return answer;
        }

        answer.Tell(http);
        return result;
    }

    // Most that filter nothing on an endpoint give back what they got. The framework may build an endpoint more than once, so they can be asked twice.
    private static bool DoesFilter(Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate> factory, EndpointFilterFactoryContext context) =>
        factory.Target is not NodeFilterPlace && !ReferenceEquals(factory(context, Probe), Probe);

    private Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate> Watch(
        Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate> factory, bool isOutermost) => (context, next) =>
    {
        var filter = factory(context, next);
        if (!ReferenceEquals(filter, next))
        {
            Volatile.Write(ref _areOutside, true);
        }

        return isOutermost && _areOutside ? async call => Recognize(call.HttpContext, await filter(call)) : filter;
    };
}
