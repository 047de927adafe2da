namespace Cacheme.AspNetCore.Tests.Results;

public sealed class EarlyCachedResultTests : CachedResultTests
{
    protected override bool IsEarly => true;
}
