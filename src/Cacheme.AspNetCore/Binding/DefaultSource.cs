using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A value that the endpoint never has: the parameter's default.</summary>
internal sealed class DefaultSource(NodeParameter parameter) : NodeSource
{
    public override string Description => "its default";

    public override bool TryRead(HttpContext http, HandlerCall? call, out object? value) => parameter.TryGetDefault(out value);
}
