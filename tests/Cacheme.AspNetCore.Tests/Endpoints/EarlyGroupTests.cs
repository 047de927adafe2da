namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyGroupTests : GroupTests
{
    protected override bool IsEarly => true;
}
