namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyMapNodeTests : MapNodeTests
{
    protected override bool IsEarly => true;
}
