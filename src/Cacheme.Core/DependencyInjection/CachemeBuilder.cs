using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Storage;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cacheme.DependencyInjection;

/// <summary>Registers storages and nodes. Used at start-up only; not thread-safe.</summary>
/// <remarks>What is wrong with it is told when the host starts, all faults in one <see cref="CachemeSetupException"/>.</remarks>
public sealed class CachemeBuilder
{
    private readonly CachemeRegistrations _registrations;

    internal CachemeBuilder(IServiceCollection services, CachemeRegistrations registrations)
    {
        Services = services;
        _registrations = registrations;
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The text that begins each key. Default: <c>cacheme</c>. A new one makes the old entries unreachable.</summary>
    /// <param name="prefix">The prefix.</param>
    public CachemeBuilder Prefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        _registrations.Prefix = prefix;
        return this;
    }

    /// <summary>The longest key, prefix and version included, in bytes of UTF-8. Default: 512. Longer ones are refused.</summary>
    /// <param name="bytes">The limit.</param>
    public CachemeBuilder MaxKeyLength(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _registrations.MaxKeyLength = bytes;
        return this;
    }

    /// <summary>Adds a storage in this process's memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">The most entries it holds, at least 3.</param>
    /// <param name="policy">Which entry goes when it is full.</param>
    public CachemeBuilder AddLocal(string name, int size, EvictionPolicy policy = EvictionPolicy.TinyLfu)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _registrations.LocalStorages.Add(new LocalStorageRegistration(name, size, policy));
        return this;
    }

    /// <summary>Adds a storage by its address, for example <c>local://tlfu?size=10000</c> or <c>redis://localhost:6379</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="url">Its address. That of a remote storage also takes <c>timeout</c>, in milliseconds.</param>
    public CachemeBuilder AddStorage(string name, string url)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        _registrations.Addresses.Add((name, url));
        return this;
    }

    /// <summary>Adds a remote storage.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it, once, when the host starts.</param>
    /// <param name="configure">How much it may cost before it is left alone.</param>
    public CachemeBuilder AddStorage(string name, Func<IServiceProvider, IStorage> create, Action<StorageOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        var options = new StorageOptions();
        configure?.Invoke(options);
        _registrations.RemoteStorages.Add(new RemoteStorageRegistration(name, create, options));
        return this;
    }

    /// <summary>Sets how much a remote storage may cost before it is left alone, however the storage was added.</summary>
    /// <param name="name">The storage's name.</param>
    /// <param name="configure">Changes the options; it has the last word.</param>
    public CachemeBuilder ConfigureStorage(string name, Action<StorageOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        _registrations.StorageOptions.Add((name, configure));
        return this;
    }

    /// <summary>Teaches <see cref="AddStorage(string, string)"/> a scheme of addresses.</summary>
    /// <param name="scheme">The scheme, such as <c>redis</c>.</param>
    /// <param name="create">Makes the storage of an address.</param>
    public CachemeBuilder AddStorageScheme(string scheme, Func<IServiceProvider, StorageUrl, IStorage> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scheme);
        ArgumentNullException.ThrowIfNull(create);
        _registrations.Schemes[scheme] = create;
        return this;
    }

    /// <summary>Adds what a package brings, where AddCacheme does not find it by itself. Once is enough.</summary>
    /// <param name="module">The package's module.</param>
    public CachemeBuilder AddModule(CachemeModuleAttribute module)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (_registrations.Modules.Add(module.GetType()))
        {
            module.Register(this);
        }

        return this;
    }

    /// <summary>Adds a node that says its policy itself.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    public CachemeBuilder AddNode<TNode>()
        where TNode : class, INodeType, INodePolicy => AddClassNode<TNode>(TNode.Configure, isScanned: false);

    /// <summary>Adds a node with the policy given here; what the node may say itself does not count.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <param name="configure">The policy.</param>
    public CachemeBuilder AddNode<TNode>(Action<NodePolicyBuilder> configure)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddClassNode<TNode>(configure, isScanned: false);
    }

    /// <summary>Adds a node that is a record struct, for <see cref="INodeCache{TNode, TValue}"/>.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <typeparam name="TValue">The type of its value.</typeparam>
    public CachemeBuilder AddNode<TNode, TValue>()
        where TNode : struct, INode<TValue>, INodePolicy => AddStructNode<TNode, TValue>(isScanned: false);

    /// <summary>Adds a policy that has a name and no node: a keyed <see cref="HybridCache"/> and a keyed <see cref="IDistributedCache"/> of that name, with statistics of their own.</summary>
    /// <remarks>
    /// Each node has them too, under the node's name, with the node's policy and statistics. Keys and tags of one name are apart
    /// from those of any other, and those of the two caches from each other.
    /// </remarks>
    /// <param name="name">The name, unique among nodes and policies.</param>
    /// <param name="configure">The policy.</param>
    public CachemeBuilder AddPolicy(string name, Action<NodePolicyBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        NamedFaces.Add(Services, name);
        _registrations.Policies.Add(new PolicyRegistration(name, configure, () => NamedFaces.Replaced(Services, name)));
        return this;
    }

    /// <summary>Has a face made when the host starts.</summary>
    internal void AddFace(string name, Action<CachemeHost, string> make) => _registrations.Faces.Add(host => make(host, name));

    /// <summary>Adds every node of an assembly that says its policy itself and is not added by name. Generic ones are added by name.</summary>
    /// <param name="assembly">The assembly. This uses reflection: name the nodes one by one in an application that is trimmed.</param>
    [RequiresUnreferencedCode("It looks for types by reflection; add the nodes one by one with AddNode.")]
    [RequiresDynamicCode("It makes generic methods by reflection; add the nodes one by one with AddNode.")]
    public CachemeBuilder AddNodes(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        foreach (var type in assembly.GetTypes().Where(type =>
            type is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(INodePolicy))))
        {
            var value = type.GetInterfaces().FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(INode<>));
            if (type.IsAssignableTo(typeof(INodeType)))
            {
                Call(nameof(AddScannedClass), type);
            }
            else if (type.IsValueType && value is not null)
            {
                Call(nameof(AddScannedStruct), type, value.GetGenericArguments()[0]);
            }
        }

        return this;
    }

    [RequiresUnreferencedCode("Reflection.")]
    [RequiresDynamicCode("Reflection.")]
    private void Call(string method, params Type[] types) =>
        GetType().GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(types).Invoke(this, null); // Not null: it is below.

    private void AddScannedClass<TNode>()
        where TNode : class, INodeType, INodePolicy => AddClassNode<TNode>(TNode.Configure, isScanned: true);

    private void AddScannedStruct<TNode, TValue>()
        where TNode : struct, INode<TValue>, INodePolicy => AddStructNode<TNode, TValue>(isScanned: true);

    private CachemeBuilder AddClassNode<TNode>(Action<NodePolicyBuilder> configure, bool isScanned)
        where TNode : class, INodeType
    {
        TNode.Accept<TNode>(new ClassVisitor(this, configure, isScanned));
        return this;
    }

    private CachemeBuilder AddStructNode<TNode, TValue>(bool isScanned)
        where TNode : struct, INode<TValue>, INodePolicy
    {
        Add<TNode, TValue>(TNode.Configure, new StructNodeShape<TNode, TValue>(), cache => new StructNodeCache<TNode, TValue>(cache), isScanned);
        return this;
    }

    private void Add<TNode, TValue>(
        Action<NodePolicyBuilder> configure, NodeShape<TNode, TValue> shape, Func<NodeCache<TNode, TValue>, NodeCache> face, bool isScanned)
        where TNode : notnull
    {
        var policy = new Lazy<NodePolicy>(() =>
        {
            var said = new NodePolicyBuilder();
            configure(said);
            return said.Build();
        });
        _registrations.Nodes.Add(new NodeRegistration(
            typeof(TNode), isScanned, (builder, faults) => builder.Build(policy.Value, shape, faults) is { } cache ? (face(cache), cache) : null));
        if (NameOf(policy, typeof(TNode)) is { } name)
        {
            NamedFaces.Add(Services, name);
        }

        Services.TryAddSingleton(services => (INodeCache<TNode, TValue>)services.GetRequiredService<CachemeHost>().HandleOf(typeof(TNode)));
    }

    // Its service must be registered before the host is made. What is wrong with the policy is told then: the Lazy throws again.
    private static string? NameOf(Lazy<NodePolicy> policy, Type node)
    {
        try
        {
            return policy.Value.Name ?? NodeName.Of(node);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Is told the value's type of a class node, so that no reflection is needed.</summary>
    private sealed class ClassVisitor(CachemeBuilder builder, Action<NodePolicyBuilder> configure, bool isScanned) : INodeVisitor
    {
        public void Visit<TNode, TValue>()
            where TNode : notnull =>
            builder.Add(configure, new ClassNodeShape<TNode, TValue>(), cache => new ClassNodeCache<TNode, TValue>(cache), isScanned);
    }
}
