namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionArgumentTests : ActionArgumentTests
{
    protected override bool IsEarly => true;
}
