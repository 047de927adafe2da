using System.Globalization;
using System.Text.Json;
using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A value that the handler does not take: of the route where the route has it, else of the query, else of a header.</summary>
internal sealed class RequestSource(NodeParameter parameter, TextsParser parse, string? routeName) : NodeSource
{
    public override string Description => routeName is not null ? $"route value '{parameter.Name}'" : $"query or header '{parameter.Name}'";

    /// <summary>What describes the parameter, for OpenAPI.</summary>
    public RequestedParameter Requested => new(parameter, routeName ?? JsonNamingPolicy.CamelCase.ConvertName(parameter.Name));

    public override string? Header => routeName is null ? parameter.Name : null;

    public override bool TryRead(HttpContext http, HandlerCall? call, out object? value)
    {
        var found = Find(http.Request);
        if (found.Count == 0 || (found is [""] && parameter.Type != typeof(string)))
        {
            return parameter.TryGetDefault(out value);
        }

        return parse(found, out value);
    }

    // A controller's plan is made before it is known which group it is in: the route may have more than its pattern says.
    private StringValues Find(HttpRequest request) =>
        request.RouteValues.TryGetValue(parameter.Name, out var value) && value is not null ? value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture)
        : routeName is not null ? StringValues.Empty
        : request.Query.TryGetValue(parameter.Name, out var query) ? query
        : request.Headers[parameter.Name];
}
