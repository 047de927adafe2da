namespace Cacheme.AspNetCore.Tests.Results;

public sealed class Http2UncachedResultTests : UncachedResultTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
