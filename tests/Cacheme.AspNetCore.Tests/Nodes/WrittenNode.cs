namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A value that counts how often it is written.</summary>
public sealed record WrittenNode(int Id) : Node<Written>, INodePolicy
{
    public override NodeKey Key => $"written:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed class Written(int id)
{
    private int _writes;

    public int Id
    {
        get
        {
            Interlocked.Increment(ref _writes);
            return id;
        }
    }

    public int Writes() => Volatile.Read(ref _writes);
}
