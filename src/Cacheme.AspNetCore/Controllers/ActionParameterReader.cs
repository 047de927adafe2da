using Cacheme.AspNetCore.Binding;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Sorts an action's parameters the way MVC binds them.</summary>
internal static class ActionParameterReader
{
    private const string Compiler = "System.Runtime.CompilerServices";

    public static IReadOnlyList<HandlerParameter> Read(ControllerActionDescriptor action) =>
        [.. action.Parameters.OfType<ControllerParameterDescriptor>().Select(Read)];

    private static ActionParameter Read(ControllerParameterDescriptor parameter)
    {
        var source = parameter.BindingInfo?.BindingSource;
        var info = parameter.ParameterInfo;
        return new ActionParameter(
            info,
            parameter.BindingInfo?.BinderModelName ?? parameter.Name,
            info.ParameterType == typeof(CancellationToken) ? HandlerParameterKind.Token
                : source == BindingSource.Services ? HandlerParameterKind.Service
                : HandlerParameterKind.Request,
            PlaceOf(source),
            isPlain: parameter.BindingInfo?.BinderType is null && info.GetCustomAttributes(inherit: true).All(SaysItsPlaceOnly));
    }

    // What has no source of its own may be of a form, of the route or of the query.
    private static RequestPlace PlaceOf(BindingSource? source) =>
        source == BindingSource.Path ? RequestPlace.Route
        : source == BindingSource.Query ? RequestPlace.Query
        : source == BindingSource.Header ? RequestPlace.Header
        : RequestPlace.None;

    // Any other may bind it another way, or refuse its value.
    private static bool SaysItsPlaceOnly(object attribute) =>
        (attribute is IFromRouteMetadata or IFromQueryMetadata or IFromHeaderMetadata && FrameworkParts.Contains(attribute))
        || attribute.GetType().Namespace == Compiler;
}
