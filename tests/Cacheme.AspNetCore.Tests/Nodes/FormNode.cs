namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record FormNode(int Id) : Node<Form>, INodePolicy
{
    public override NodeKey Key => $"form:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>What every formatter of the framework can write.</summary>
public sealed class Form
{
    public string Name { get; set; } = "";
}
