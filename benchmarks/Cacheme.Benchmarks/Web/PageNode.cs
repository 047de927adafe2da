namespace Cacheme.Benchmarks.Web;

/// <summary>The page of the endpoint that is answered by its filter.</summary>
public sealed record PageNode(int Size) : Node<Page>, INodePolicy
{
    public override NodeKey Key => $"page:{Size}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10));
}

/// <summary>The page of the endpoint that is answered under the middleware.</summary>
public sealed record EarlyPageNode(int Size) : Node<Page>, INodePolicy
{
    public override NodeKey Key => $"early-page:{Size}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10));
}
