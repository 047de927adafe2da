using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Responses;

/// <summary>An answer of the cache on its way through the framework, which writes it where the handler's own result would be.</summary>
/// <param name="shown">What the handler would return: what other filters see.</param>
internal abstract class NodeResult(object? shown) : IResult
{
    /// <summary>What the handler would return.</summary>
    public object? Shown => shown;

    /// <summary>Whether its body may be one that was kept, and is kept.</summary>
    public bool KeepsBody { get; set; } = true;

    public abstract Task ExecuteAsync(HttpContext httpContext);

    /// <summary>Tells what the cache did, where something else is written.</summary>
    public abstract void Tell(HttpContext http);
}
