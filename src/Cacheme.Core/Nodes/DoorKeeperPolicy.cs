namespace Cacheme.Nodes;

/// <summary>The size of a node's doorkeeper.</summary>
internal sealed record DoorKeeperPolicy(int Capacity, double FalsePositiveRate);
