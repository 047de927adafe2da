using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 10: a local tier hands out its values by reference, or copies where the node says so.</summary>
public sealed class Rule10_ByReferenceTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_LocalHit_IsTheSameInstance()
    {
        var first = await Cacheme.GetAsync(new ItemNode(1), Ct);

        Assert.Same(first, await Cacheme.GetAsync(new ItemNode(1), Ct));
    }

    [Fact]
    public async Task Get_NodeThatCopies_GivesEachCallerItsOwn()
    {
        var gate = new Gate();
        ListNode.Load = async () =>
        {
            await gate.PassAsync(Ct);
            return [1, 2, 3];
        };
        var calls = Enumerable.Range(0, 5).Select(_ => Cacheme.GetAsync(new ListNode(1), Ct).AsTask()).ToList();
        gate.Open();
        var lists = (await Task.WhenAll(calls)).ToList();
        lists.Add(await Cacheme.GetAsync(new ListNode(1), Ct));
        lists.Add((await Cacheme.TryGetAsync(new ListNode(1), Ct)).Value);
        lists.AddRange(await Cacheme.GetAllAsync([new ListNode(1)], Ct));
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        lists.Add(await Cacheme.GetAsync(new ListNode(1), Ct)); // From the remote tier.
        lists.Add(await Cacheme.GetAsync(new ListNode(1), Ct));

        Assert.Equal(lists.Count, lists.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(lists, list =>
        {
            Assert.Equal([1, 2, 3], list);
            list.Clear();
        });
        Assert.Equal([1, 2, 3], await Cacheme.GetAsync(new ListNode(1), Ct));
    }

    [Fact]
    public async Task Set_NodeThatCopies_IsNotChangedThroughTheCallersInstance()
    {
        var mine = new List<int> { 1 };
        await Cacheme.SetAsync(new ListNode(1), mine, Ct);
        mine.Add(2);

        Assert.Equal([1], await Cacheme.GetAsync(new ListNode(1), Ct));
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ListNode>();

    private sealed record ListNode(int Id) : Node<List<int>>, INodePolicy
    {
        public static Func<Task<List<int>>>? Load { get; set; }

        public override NodeKey Key => $"list:{Id}";

        public override async ValueTask<List<int>> LoadAsync(LoadContext context) => await Load!();

        public static void Configure(NodePolicyBuilder policy) => policy
            .Cache("local", TimeSpan.FromMinutes(1)).Cache("remote", TimeSpan.FromHours(1)).CopyValues();
    }
}
