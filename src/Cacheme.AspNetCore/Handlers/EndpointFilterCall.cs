using Cacheme.AspNetCore.Binding;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>A handler behind an endpoint filter.</summary>
internal sealed class EndpointFilterCall(EndpointFilterInvocationContext context, EndpointFilterDelegate next) : HandlerCall(context.HttpContext)
{
    public override object? Argument(HandlerParameter parameter) => context.Arguments[parameter.ArgumentIndex];

    public override void SetArgument(HandlerParameter parameter, object? argument) => context.Arguments[parameter.ArgumentIndex] = argument;

    public override ValueTask<object?> RunAsync() => next(context);
}
