namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyUnusualEndpointTests : UnusualEndpointTests
{
    protected override bool IsEarly => true;
}
