using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Testing;

internal static class NodeCaches
{
    /// <summary>Puts a <see cref="WatchedNodeCache{TNode, TValue}"/> in front of a node's cache.</summary>
    public static IServiceCollection Watch<TNode, TValue>(this IServiceCollection services, WatchedNodeCache<TNode, TValue> watched)
        where TNode : Node<TValue>
    {
        var real = services.Last(service => service.ServiceType == typeof(INodeCache<TNode, TValue>));
        services.Remove(real);
        return services.AddSingleton<INodeCache<TNode, TValue>>(provider =>
        {
            watched.Inner = (INodeCache<TNode, TValue>)(real.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            return watched;
        });
    }
}
