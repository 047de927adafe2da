using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Stands where an attribute stands, and says what no start without AddCacheme can see: that nothing answers it. It does nothing else.</summary>
internal sealed class AttributeFilter : IFilterMetadata
{
    private static readonly AttributeFilter Instance = new();

    /// <summary>The filter of an attribute; a derived one that is a filter itself stays it.</summary>
    /// <exception cref="CachemeSetupException">There is no cache.</exception>
    public static IFilterMetadata Of<TAttribute>(TAttribute attribute, IServiceProvider services)
        where TAttribute : INodeAttribute, IFilterMetadata
    {
        if (services.GetService<ICacheme>() is null)
        {
            throw new CachemeSetupException($"[CacheWith<{attribute.NodeType.Name}>] finds no cache. Say builder.Services.AddCacheme(cacheme => cacheme.AddNode<{attribute.NodeType.Name}>()).");
        }

        return IsFilter(attribute) ? attribute : Instance;
    }

    /// <summary>Whether the attribute does something of its own around an action.</summary>
    public static bool IsFilter(IFilterMetadata attribute) => attribute.GetType().GetInterfaces().Any(static face =>
        face != typeof(IFilterMetadata) && face != typeof(IFilterFactory) && face.IsAssignableTo(typeof(IFilterMetadata)));
}
