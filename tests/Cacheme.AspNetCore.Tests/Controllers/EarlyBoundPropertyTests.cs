namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyBoundPropertyTests : BoundPropertyTests
{
    protected override bool IsEarly => true;
}
