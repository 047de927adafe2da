namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlyLeaderLeavesTests : LeaderLeavesTests
{
    protected override bool IsEarly => true;
}
