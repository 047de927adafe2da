namespace Cacheme.Nodes;

/// <summary>One link of a node's chain, by the storage's name.</summary>
internal sealed record NodeTierPolicy(string Storage, TimeSpan? TimeToLive);
