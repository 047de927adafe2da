using System.Runtime.ExceptionServices;
using Cacheme.AspNetCore.Binding;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>A controller's action behind an MVC filter.</summary>
internal sealed class ActionFilterCall(ActionExecutingContext context, ActionExecutionDelegate next) : HandlerCall(context.HttpContext)
{
    private ActionExecutedContext? _executed;

    public override bool IsBound => context.ModelState.IsValid;

    public override object? Argument(HandlerParameter parameter) =>
        context.ActionArguments.TryGetValue(parameter.ArgumentName, out var argument) ? argument : parameter.Unbound;

    public override void SetArgument(HandlerParameter parameter, object? argument) => context.ActionArguments[parameter.ArgumentName] = argument;

    public override async ValueTask<object?> RunAsync()
    {
        _executed = await next();
        if (_executed is { Exception: { } error, ExceptionHandled: false })
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return _executed.Result;
    }

    /// <summary>Puts an answer where MVC looks for the action's.</summary>
    public void Answer(object? result)
    {
        if (_executed is null)
        {
            context.Result = (IActionResult?)result;
        }
        else
        {
            _executed.Result = (IActionResult?)result;
        }
    }
}
