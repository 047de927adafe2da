namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionTimeoutTests : ActionTimeoutTests
{
    protected override bool IsEarly => true;
}
