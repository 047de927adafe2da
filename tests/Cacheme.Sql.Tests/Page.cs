namespace Cacheme.Sql.Tests;

/// <summary>Something that is kept for long in the storage <c>db</c> only.</summary>
internal sealed record Page(string Name) : Node<string>, INodePolicy
{
    public override NodeKey Key => Name;

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache("db", TimeSpan.FromHours(1));
}
