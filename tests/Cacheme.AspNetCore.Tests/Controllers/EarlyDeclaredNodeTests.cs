namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyDeclaredNodeTests : DeclaredNodeTests
{
    protected override bool IsEarly => true;
}
