using Cacheme.AspNetCore.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Testing;

internal static class TestNodes
{
    public static void Add(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddLocal("local", size: 1_000)
        .AddNode<UserNode>(InMemory)
        .AddNode<MinuteUserNode>()
        .AddNode<WrittenNode>()
        .AddNode<ManyNode>()
        .AddNode<UnreadableNode>()
        .AddNode<LoadedNode>()
        .AddNode<AnimalNode>()
        .AddNode<AnythingNode>()
        .AddNode<NamesNode>()
        .AddNode<KnownNobodyNode>()
        .AddNode<UserOrdersNode>()
        .AddNode<TenantOrdersNode>()
        .AddNode<PlanNode>()
        .AddNode<BlankNode>()
        .AddNode<LongNode>()
        .AddNode<GuidNode>()
        .AddNode<BoolNode>()
        .AddNode<DoubleNode>()
        .AddNode<FormNode>()
        .AddNode<PlainPlanNode>()
        .AddNode<ForgetfulNode>()
        .AddNode<MaybeUserNode>(policy => policy.Cache("local").CacheNull())
        .AddNode<TextNode>(InMemory)
        .AddNode<TextsNode>()
        .AddNode<NumberNode>(InMemory)
        .AddNode<SearchNode>(InMemory)
        .AddNode<ArrayNode>(InMemory)
        .AddNode<TwoConstructorsNode>(InMemory)
        .AddNode<RequiredMemberNode>(InMemory));

    private static void InMemory(NodePolicyBuilder policy) => policy.Cache("local");
}
