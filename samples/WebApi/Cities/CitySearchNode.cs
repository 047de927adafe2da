using Cacheme;

namespace WebApi.Cities;

/// <summary>The cities whose names begin with some letters. Kept short: an update of a city invalidates the city, not every search that found it.</summary>
public sealed record CitySearchNode(string Prefix, string? Country) : Node<IReadOnlyList<City>>, INodePolicy
{
    // The length keeps two searches apart whose texts join to the same one: users write both.
    public override NodeKey Key => $"city-search:{Country?.Length}:{Country}:{Prefix}";

    public override async ValueTask<IReadOnlyList<City>> LoadAsync(LoadContext context) =>
        await context.GetRequiredService<CityStore>().SearchAsync(Prefix, Country, context.CancellationToken);

    // Most of what people type is typed once: the doorkeeper lets a search in when it is seen again.
    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromSeconds(30))
        .DoorKeeper(capacity: 100_000, falsePositiveRate: 0.01);
}
