namespace Cacheme.AspNetCore;

/// <summary>Where a node's parameter comes from.</summary>
/// <param name="Name">The parameter's name in the node's constructor.</param>
/// <param name="Source">The source in words, for example <c>handler parameter 'userId'</c> or <c>route value 'userId'</c>.</param>
public sealed record NodeEndpointParameter(string Name, string Source)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Source}";
}
