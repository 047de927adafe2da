using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;

namespace Cacheme.AspNetCore.Results;

/// <summary>What a controller action's declared return type promises.</summary>
internal static class DeclaredActionResult
{
    /// <summary>How the action's value is taken out and wrapped; refuses an action that can never return the node's value.</summary>
    public static ActionHandlerResult<TValue> Read<TValue>(MethodInfo action, Negotiation negotiation, Refusal refusal)
    {
        DeclaredResult.RefuseStreams(typeof(TValue), refusal);
        var type = DeclaredResult.Awaited(action.ReturnType);
        if (type == typeof(IActionResult) || type == typeof(ActionResult) || type == typeof(ObjectResult) || type == typeof(OkObjectResult))
        {
            return new(new ActionPromise(null, IsPlain: false, SaysNotFound: false), negotiation);
        }

        var isWrapped = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ActionResult<>);
        var value = isWrapped ? type.GetGenericArguments()[0] : type;
        return isWrapped || !IsResult(type) ? ReadValue<TValue>(value, isWrapped, negotiation) ?? throw Never<TValue>(type, refusal) : throw Never<TValue>(type, refusal);
    }

    private static ActionHandlerResult<TValue>? ReadValue<TValue>(Type value, bool isWrapped, Negotiation negotiation) =>
        DeclaredResult.CanBe(value, typeof(TValue)) ? new(new ActionPromise(value, IsPlain: !isWrapped, SaysNotFound: isWrapped), negotiation) : null;

    private static bool IsResult(Type type) =>
        type.IsAssignableTo(typeof(IActionResult)) || type.IsAssignableTo(typeof(IConvertToActionResult)) || type.IsAssignableTo(typeof(IResult));

    private static CachemeSetupException Never<TValue>(Type type, Refusal refusal) => refusal.Because(
        $"the action returns {DeclaredResult.Name(type)}, which is never the node's value. Return {DeclaredResult.Name(typeof(TValue))} or ActionResult<{DeclaredResult.Name(typeof(TValue))}>.");
}
