namespace Cacheme.AspNetCore.Tests.Responses;

public sealed class Http2KeptBodyTests : KeptBodyTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
