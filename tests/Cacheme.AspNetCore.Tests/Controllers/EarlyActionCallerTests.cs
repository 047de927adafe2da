namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionCallerTests : ActionCallerTests
{
    protected override bool IsEarly => true;
}
