namespace Cacheme.AspNetCore.Tests.Nodes;

public enum Shade
{
    Light,
    Dark,
}
