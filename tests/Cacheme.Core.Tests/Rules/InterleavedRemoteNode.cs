namespace Cacheme.Tests.Rules;

/// <summary>The same for a chain without a local tier: a node whose value is the version that the source had when its load began, however long the load then takes.</summary>
public sealed record InterleavedRemoteNode(int Run, int Id) : Node<int>
{
    public override NodeKey Key => $"remote:{Run}:{Id}";

    public override ValueTask<int> LoadAsync(LoadContext context) => context.GetRequiredService<VersionedSource>().LoadAsync(Id, context.CancellationToken);
}
