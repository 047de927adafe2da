namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A page of somebody's orders.</summary>
public sealed record UserOrdersNode(string UserId, int Page = 1) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"orders:{UserId}:{Page}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>A page of a tenant's orders.</summary>
public sealed record TenantOrdersNode(string TenantId, int Page = 1) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"tenant-orders:{TenantId}:{Page}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>What the callers of a tenant see who have the same plan and roles.</summary>
public sealed record PlanNode(Guid TenantId, string Plan, string[] Roles) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"plan:{TenantId}:{Plan}:{string.Join(',', Roles)}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>What the callers see who have the same plan.</summary>
public sealed record PlainPlanNode(string Plan) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"plain-plan:{Plan}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>A node whose key forgets the user.</summary>
public sealed record ForgetfulNode(string UserId, int Page = 1) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"forgetful:{Page}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
