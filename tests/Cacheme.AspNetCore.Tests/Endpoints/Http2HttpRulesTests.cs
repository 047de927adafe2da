namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class Http2HttpRulesTests : HttpRulesTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
