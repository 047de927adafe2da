using Cacheme;

namespace WebApi.Cities;

/// <summary>A city by its id; many of them are loaded by one query. That an id is no city's is worth remembering too, for a while.</summary>
public sealed record CityNode(int Id) : Node<City?>, IBatchNode<CityNode, City?>, INodePolicy
{
    public override NodeKey Key => $"city:{Id}";

    public override async ValueTask<City?> LoadAsync(LoadContext context) =>
        await context.GetRequiredService<CityStore>().FindAsync(Id, context.CancellationToken);

    public static async ValueTask<IReadOnlyDictionary<CityNode, City?>> LoadAllAsync(IReadOnlyList<CityNode> nodes, LoadContext context)
    {
        var cities = await context.GetRequiredService<CityStore>().FindAsync([.. nodes.Select(node => node.Id)], context.CancellationToken);
        return nodes.ToDictionary(node => node, node => cities.GetValueOrDefault(node.Id));
    }

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromMinutes(5))
        .Cache("shared", ttl: TimeSpan.FromDays(1))
        .CacheNull(TimeSpan.FromMinutes(1));
}
