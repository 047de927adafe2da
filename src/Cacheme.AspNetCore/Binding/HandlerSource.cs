using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>The handler's own argument: exactly what the framework read from the request.</summary>
internal sealed class HandlerSource(NodeParameter parameter, HandlerParameter argument) : NodeSource
{
    public override string Description => $"handler parameter '{argument.Name}'";

    public override bool TryRead(EndpointFilterInvocationContext context, out object? value)
    {
        value = argument.Read(context.Arguments);
        return parameter.TakesValue(value);
    }
}
