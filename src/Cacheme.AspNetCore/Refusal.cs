namespace Cacheme.AspNetCore;

/// <summary>Says why an endpoint cannot be cached, always with the endpoint's and the node's name.</summary>
/// <param name="endpoint">The endpoint's name.</param>
/// <param name="nodeType">The node.</param>
/// <param name="isOfGroup">Whether the node was given to many endpoints at once, so that this one can be left out.</param>
internal sealed class Refusal(string? endpoint, Type nodeType, bool isOfGroup)
{
    /// <summary>Why an endpoint that is for some callers only cannot be for CDNs.</summary>
    public const string PublicWithGuard = "it asks for authorization, and its options say PublicMaxAge(): a CDN would serve it to those who are not let in. Say MaxAge().";

    /// <summary>Whether the node was given by an attribute, which says the cure its own way.</summary>
    public bool IsAttribute { get; init; }

    /// <summary>Whether the node was given to many endpoints at once.</summary>
    public bool IsOfGroup => isOfGroup;

    /// <summary>Why an endpoint that is for some callers only is refused.</summary>
    public string NobodySaysWhose =>
        $"it asks for authorization, and does not say whose its entries are. Say {Say("VaryByUser()", "VaryByUser = true")}, "
        + (IsAttribute ? "VaryByClaims, or Shared" : "VaryByTenant or VaryByClaim, or Shared()")
        + " where everybody who is let in gets the same.";

    /// <summary>The node with an option, as whoever gave it writes it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="property">The same in an attribute.</param>
    public string Say(string option, string property) =>
        IsAttribute ? $"[CacheWith<{nodeType.Name}>({property})]" : $".CacheWith<{nodeType.Name}>(options => options.{option})";

    public CachemeSetupException Because(string reason) => new(
        $"The endpoint '{endpoint}' cannot be cached with {nodeType.Name}: {reason}{(isOfGroup ? " Or leave it out of its group's caching, with .DisableCaching() or [DisableCaching]." : "")}");
}
