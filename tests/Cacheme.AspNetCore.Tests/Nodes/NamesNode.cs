using System.Text.Json.Serialization;

namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record NamesNode(int Id) : Node<IReadOnlyList<string>>, INodePolicy
{
    public override NodeKey Key => $"names:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>Knows what a handler declares, and not what the node does.</summary>
[JsonSerializable(typeof(List<string>))]
internal sealed partial class NamesJson : JsonSerializerContext;
