namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class Http2GroupTests : GroupTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
