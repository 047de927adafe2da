namespace Cacheme.AspNetCore.Tests.Results;

public sealed class Http2CachedResultTests : CachedResultTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
