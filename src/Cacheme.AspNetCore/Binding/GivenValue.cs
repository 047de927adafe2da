using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>What an endpoint's options say of one parameter of the node.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Type">The type of what is read; a text is parsed where the node's parameter is another.</param>
/// <param name="Description">The source in words.</param>
/// <param name="IsOfCaller">Whether it says who asks: without it nothing is cached.</param>
/// <param name="Read">Reads it; null for none.</param>
internal sealed record GivenValue(string Parameter, Type Type, string Description, bool IsOfCaller, Func<HttpContext, object?> Read)
{
    /// <summary>Reads all that there are, for a node that has an array; null where there is one at most.</summary>
    public Func<HttpContext, string[]?>? ReadAll { get; init; }

    /// <summary>The header that it reads; "" for none, null where nobody has said it.</summary>
    public string? Header { get; init; }
}
