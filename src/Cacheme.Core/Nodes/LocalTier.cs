using Cacheme.Local;

namespace Cacheme.Nodes;

/// <summary>A local link of a node's chain.</summary>
internal sealed record LocalTier(LocalStorage Storage, TimeSpan? TimeToLive);
