namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class Http2SameAnswerTests : SameAnswerTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
