namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyControllerGroupTests : ControllerGroupTests
{
    protected override bool IsEarly => true;
}
