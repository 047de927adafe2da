using Cacheme.AspNetCore.Controllers;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Cacheme.AspNetCore;

/// <summary>Caches the answers of a controller's action under a node; on a controller, those of its GET and HEAD actions.</summary>
/// <remarks>
/// The action's arguments, route values, query and headers become the node, by name; the action is the load. All that holds for
/// <c>CacheWith</c> on endpoints holds here. An action's attribute counts before its controller's, and both before what
/// MapControllers() is given. What an attribute cannot say, such as <see cref="NodeEndpointOptions.VaryByTenant"/>, a class that
/// derives from this one says in <see cref="Configure"/>. On anything but a controller it refuses the start; without
/// AddCacheme it fails each request.
/// </remarks>
/// <typeparam name="TNode">The node, registered in AddCacheme.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public class CacheWithAttribute<TNode> : Attribute, INodeAttribute, IFilterFactory
    where TNode : class, INodeType
{
    /// <summary>The action's parameters that do not change the answer. See <see cref="NodeEndpointOptions.Ignore"/>.</summary>
    public string[] Ignore { get; set; } = [];

    /// <summary>Whether everybody who is let in gets the same answer. See <see cref="NodeEndpointOptions.Shared"/>.</summary>
    public bool Shared { get; set; }

    /// <summary>Whether there is an entry for each user. See <see cref="NodeEndpointOptions.VaryByUser"/>.</summary>
    public bool VaryByUser { get; set; }

    /// <summary>The node's parameter that is the user, where entries vary by it; <c>userId</c> unless said.</summary>
    public string UserParameter { get; set; } = "userId";

    /// <summary>The types of the claims that entries vary by, each of which is the node's parameter of the same name. See <see cref="NodeEndpointOptions.VaryByClaim"/>.</summary>
    public string[] VaryByClaims { get; set; } = [];

    /// <summary>For how many seconds at most a browser may serve the answer without asking; 0, unless said, for not at all. See <see cref="NodeEndpointOptions.MaxAge"/>.</summary>
    public int MaxAgeSeconds { get; set; }

    /// <summary>The same for whatever stands between, such as a CDN; in place of <see cref="MaxAgeSeconds"/>. See <see cref="NodeEndpointOptions.PublicMaxAge"/>.</summary>
    public int PublicMaxAgeSeconds { get; set; }

    /// <summary>Whether the header <c>Cache-Status</c> is left out.</summary>
    public bool WithoutCacheStatus { get; set; }

    bool IFilterFactory.IsReusable => true;

    Type INodeAttribute.NodeType => typeof(TNode);

    NodeEndpointOptions INodeAttribute.CreateOptions()
    {
        var options = new NodeEndpointOptions();
        Configure(options);
        return options;
    }

    void INodeAttribute.Accept(INodeVisitor visitor) => TNode.Accept<TNode>(visitor);

    IFilterMetadata IFilterFactory.CreateInstance(IServiceProvider serviceProvider) => AttributeFilter.Of(this, serviceProvider);

    /// <summary>Says what differs from the node's policy: what the properties say, and whatever a derived class adds. Runs when endpoints are built.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    protected virtual void Configure(NodeEndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Ignore(Ignore);
        Array.ForEach(VaryByClaims, claim => options.VaryByClaim(claim));
        if (Shared)
        {
            options.Shared();
        }

        if (VaryByUser)
        {
            options.VaryByUser(UserParameter);
        }

        if (MaxAgeSeconds != 0)
        {
            options.MaxAge(TimeSpan.FromSeconds(MaxAgeSeconds));
        }

        if (PublicMaxAgeSeconds != 0)
        {
            options.PublicMaxAge(TimeSpan.FromSeconds(PublicMaxAgeSeconds));
        }

        if (WithoutCacheStatus)
        {
            options.WithoutCacheStatus();
        }
    }
}
