namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionMethodTests : ActionMethodTests
{
    protected override bool IsEarly => true;
}
