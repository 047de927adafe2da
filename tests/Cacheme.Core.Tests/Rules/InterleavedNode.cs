namespace Cacheme.Tests.Rules;

/// <summary>A node whose value is the version that the source had when its load began, however long the load then takes.</summary>
public sealed record InterleavedNode(int Run, int Id) : Node<int>
{
    public override NodeKey Key => $"{Run}:{Id}";

    public override ValueTask<int> LoadAsync(LoadContext context) => context.GetRequiredService<VersionedSource>().LoadAsync(Id, context.CancellationToken);
}
