namespace Cacheme.AspNetCore.Binding;

/// <summary>Where in a request the framework looks for a handler's parameter.</summary>
internal enum RequestPlace
{
    /// <summary>Nowhere that holds a text: it is made of the body, or of the whole request.</summary>
    None,

    /// <summary>What the route's pattern caught.</summary>
    Route,

    /// <summary>The query.</summary>
    Query,

    /// <summary>A header.</summary>
    Header,
}
