namespace Cacheme.AspNetCore.Tests.Callers;

public sealed class EarlyCallerTests : CallerTests
{
    protected override bool IsEarly => true;
}
