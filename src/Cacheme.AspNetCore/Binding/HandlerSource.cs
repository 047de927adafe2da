using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>The handler's own argument: exactly what the framework read from the request, or would read.</summary>
/// <param name="parameter">The node's parameter.</param>
/// <param name="argument">The handler's.</param>
/// <param name="early">Reads the text that the framework would read; null where it reads none.</param>
internal sealed class HandlerSource(NodeParameter parameter, HandlerParameter argument, ArgumentText? early) : NodeSource
{
    public override string Description => $"handler parameter '{argument.Name}'";

    public override bool ReadsRequests => early is not null;

    public override string? Header => argument.Place == RequestPlace.Header ? argument.BoundName : null;

    public override bool TryRead(HttpContext http, HandlerCall? call, out object? value)
    {
        if (call is null)
        {
            value = null;
            return early is not null && early.TryRead(http.Request, out value) && parameter.TakesValue(value);
        }

        value = argument.Read(call.Argument(argument));
        return parameter.TakesValue(value);
    }
}
