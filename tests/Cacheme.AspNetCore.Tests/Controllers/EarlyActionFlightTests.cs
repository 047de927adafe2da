namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionFlightTests : ActionFlightTests
{
    protected override bool IsEarly => true;
}
