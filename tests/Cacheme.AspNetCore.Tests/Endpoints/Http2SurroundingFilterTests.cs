namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class Http2SurroundingFilterTests : SurroundingFilterTests
{
    protected override bool IsHttp2 => true;
}
