using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A value that the endpoint's options make of the request.</summary>
/// <param name="parameter">The node's parameter.</param>
/// <param name="given">What the options say.</param>
/// <param name="read">Reads it as the parameter's type; null for none.</param>
internal sealed class GivenSource(NodeParameter parameter, GivenValue given, Func<HttpContext, object?> read) : NodeSource
{
    public override string Description => given.Description;

    public override string? Header => string.IsNullOrEmpty(given.Header) ? null : given.Header;

    /// <summary>Makes another caller of one; null for what is not of the caller.</summary>
    public Func<object, object>? Another { get; } = given.IsOfCaller ? CallerProbe.Of(parameter.Type) : null;

    /// <summary>Its source; null where the node's parameter cannot be made of what the options give.</summary>
    public static GivenSource? Of(NodeParameter parameter, GivenValue given)
    {
        if (parameter.Takes(given.Type))
        {
            return new(parameter, given, given.Read);
        }

        if (given.ReadAll is { } all && parameter.Takes(typeof(string[])))
        {
            return new(parameter, given, all);
        }

        return given.Type == typeof(string) && TextParsers.Find(parameter.Type) is { } parse
            ? new(parameter, given, http => given.Read(http) is string text && parse(text, out var value) ? value : null)
            : null;
    }

    public override bool TryRead(HttpContext http, HandlerCall? call, out object? value)
    {
        value = read(http);
        // Of whom nothing is known nothing is cached, whatever the node takes.
        return value is not null || (!given.IsOfCaller && parameter.TakesValue(value));
    }
}
