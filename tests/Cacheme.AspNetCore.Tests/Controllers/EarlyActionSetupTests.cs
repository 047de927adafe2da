namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionSetupTests : ActionSetupTests
{
    protected override bool IsEarly => true;
}
