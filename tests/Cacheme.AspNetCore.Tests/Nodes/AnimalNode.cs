using System.Text.Json.Serialization;

namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A node whose values say which they are, where they are written as the node's.</summary>
public sealed record AnimalNode(int Id) : Node<Animal>, INodePolicy
{
    public override NodeKey Key => $"animal:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

[JsonDerivedType(typeof(Cat), "cat")]
[JsonDerivedType(typeof(Dog), "dog")]
public abstract record Animal(string Name);

public sealed record Cat(string Name) : Animal(Name);

public sealed record Dog(string Name) : Animal(Name);
