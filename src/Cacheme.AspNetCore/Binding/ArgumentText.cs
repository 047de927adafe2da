using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads what the framework will bind to a handler's parameter, before it does.</summary>
/// <remarks>Only where there is no doubt: texts that are not empty, or none where the parameter has a default. In any other case the bound argument is waited for.</remarks>
internal sealed class ArgumentText(HandlerParameter argument, TextsParser parse)
{
    /// <summary>Its reader; null where the framework does not read it from a text.</summary>
    public static ArgumentText? Of(HandlerParameter argument) =>
        argument.Parser is { } parse ? new(argument, parse) : null;

    /// <summary>Reads it; false where the framework may read something else, or nothing.</summary>
    public bool TryRead(HttpRequest request, out object? value)
    {
        var found = Find(request);
        if (found.Count == 0)
        {
            return argument.TryGetDefault(out value);
        }

        for (var i = 0; i < found.Count; i++)
        {
            if (string.IsNullOrEmpty(found[i]))
            {
                value = null;
                return false;
            }
        }

        return parse(found, out value);
    }

    private StringValues Find(HttpRequest request) => argument.Place switch
    {
        RequestPlace.Route => request.RouteValues.TryGetValue(argument.BoundName, out var value) && value is not null
            ? value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture)
            : StringValues.Empty,
        RequestPlace.Query => request.Query[argument.BoundName],
        _ => argument.Type.IsArray ? request.Headers.GetCommaSeparatedValues(argument.BoundName) : request.Headers[argument.BoundName],
    };
}
