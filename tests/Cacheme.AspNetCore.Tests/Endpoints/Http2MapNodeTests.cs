namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class Http2MapNodeTests : MapNodeTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
