namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyEndpointReviewTests : EndpointReviewTests
{
    protected override bool IsEarly => true;
}
