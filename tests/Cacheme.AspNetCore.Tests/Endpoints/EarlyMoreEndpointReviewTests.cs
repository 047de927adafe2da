namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyMoreEndpointReviewTests : MoreEndpointReviewTests
{
    protected override bool IsEarly => true;
}
