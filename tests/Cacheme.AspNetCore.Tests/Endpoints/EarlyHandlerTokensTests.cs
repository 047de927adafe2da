namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyHandlerTokensTests : HandlerTokensTests
{
    protected override bool IsEarly => true;
}
