namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlySameAnswerTests : SameAnswerTests
{
    protected override bool IsEarly => true;
}
