namespace Cacheme.AspNetCore.Tests.Callers;

public sealed class Http2CallerTests : CallerTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
