namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyClientTests : ClientTests
{
    protected override bool IsEarly => true;
}
