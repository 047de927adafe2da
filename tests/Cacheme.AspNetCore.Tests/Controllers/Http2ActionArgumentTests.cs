namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class Http2ActionArgumentTests : ActionArgumentTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
