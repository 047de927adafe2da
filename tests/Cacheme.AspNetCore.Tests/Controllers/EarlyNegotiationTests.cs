namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyNegotiationTests : NegotiationTests
{
    protected override bool IsEarly => true;
}
