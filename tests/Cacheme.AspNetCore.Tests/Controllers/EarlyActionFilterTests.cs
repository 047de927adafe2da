namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionFilterTests : ActionFilterTests
{
    protected override bool IsEarly => true;
}
