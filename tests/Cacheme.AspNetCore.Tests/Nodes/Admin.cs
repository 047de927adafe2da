namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record Admin(int Id, string Name) : User(Id, Name);
