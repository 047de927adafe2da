namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class Http2NegotiationTests : NegotiationTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
