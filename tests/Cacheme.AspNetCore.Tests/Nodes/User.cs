namespace Cacheme.AspNetCore.Tests.Nodes;

public record User(int Id, string Name);
