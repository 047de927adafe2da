namespace Cacheme.Tests.Face;

/// <summary>The value of the documentation's example.</summary>
public sealed record UserInfo(int Id, string Name, IReadOnlyList<int> Friends);
