using System.Reflection;
using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.DependencyInjection;

/// <summary>Registers storages and nodes. Used at start-up only; not thread-safe.</summary>
/// <remarks>What is wrong with it is told when the host starts, all faults in one <see cref="CachemeSetupException"/>.</remarks>
public sealed class CachemeBuilder
{
    internal CachemeBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The text that begins each key. Default: <c>cacheme</c>. A new one makes the old entries unreachable.</summary>
    /// <param name="prefix">The prefix.</param>
    public CachemeBuilder Prefix(string prefix) => throw new NotImplementedException(prefix);

    /// <summary>The longest key, prefix and version included, in bytes of UTF-8. Default: 512. Longer ones are refused.</summary>
    /// <param name="bytes">The limit.</param>
    public CachemeBuilder MaxKeyLength(int bytes) => throw new NotImplementedException($"{bytes}");

    /// <summary>Adds a storage in this process's memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">The most entries it holds.</param>
    /// <param name="policy">Which entry goes when it is full.</param>
    public CachemeBuilder AddLocal(string name, int size, EvictionPolicy policy = EvictionPolicy.TinyLfu) => throw new NotImplementedException($"{name}{size}{policy}");

    /// <summary>Adds a storage by its address, for example <c>local://tlfu?size=10000</c> or <c>redis://localhost:6379</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="url">Its address. Every address also takes <c>timeout</c>, in milliseconds.</param>
    public CachemeBuilder AddStorage(string name, string url) => throw new NotImplementedException($"{name}{url}");

    /// <summary>Adds a remote storage.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it, once, when the host starts.</param>
    /// <param name="configure">How much it may cost before it is left alone.</param>
    public CachemeBuilder AddStorage(string name, Func<IServiceProvider, IStorage> create, Action<StorageOptions>? configure = null) =>
        throw new NotImplementedException($"{name}{create}{configure}");

    /// <summary>Teaches <see cref="AddStorage(string, string)"/> a scheme of addresses.</summary>
    /// <param name="scheme">The scheme, such as <c>redis</c>.</param>
    /// <param name="create">Makes the storage of an address.</param>
    public CachemeBuilder AddStorageScheme(string scheme, Func<IServiceProvider, StorageUrl, IStorage> create) =>
        throw new NotImplementedException($"{scheme}{create}");

    /// <summary>Adds what a package brings, where AddCacheme does not find it by itself.</summary>
    /// <param name="module">The package's module.</param>
    public CachemeBuilder AddModule(CachemeModuleAttribute module) => throw new NotImplementedException($"{module}");

    /// <summary>Adds a node that says its policy itself.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    public CachemeBuilder AddNode<TNode>()
        where TNode : class, INodeType, INodePolicy => throw new NotImplementedException();

    /// <summary>Adds a node with the policy given here; what the node may say itself does not count.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <param name="configure">The policy.</param>
    public CachemeBuilder AddNode<TNode>(Action<NodePolicyBuilder> configure)
        where TNode : class, INodeType => throw new NotImplementedException($"{configure}");

    /// <summary>Adds a node that is a record struct, for <see cref="INodeCache{TNode, TValue}"/>.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <typeparam name="TValue">The type of its value.</typeparam>
    public CachemeBuilder AddNode<TNode, TValue>()
        where TNode : struct, INode<TValue>, INodePolicy => throw new NotImplementedException();

    /// <summary>Adds every node of an assembly that says its policy itself and was not added otherwise.</summary>
    /// <param name="assembly">The assembly. This uses reflection: name the nodes one by one in an application that is trimmed.</param>
    public CachemeBuilder AddNodes(Assembly assembly) => throw new NotImplementedException($"{assembly}");
}
