namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyHttpRulesTests : HttpRulesTests
{
    protected override bool IsEarly => true;
}
