namespace Cacheme.AspNetCore.Tests.Results;

public sealed class EarlyUncachedResultTests : UncachedResultTests
{
    protected override bool IsEarly => true;
}
