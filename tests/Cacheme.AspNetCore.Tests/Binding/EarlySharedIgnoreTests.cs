namespace Cacheme.AspNetCore.Tests.Binding;

public sealed class EarlySharedIgnoreTests : SharedIgnoreTests
{
    protected override bool IsEarly => true;
}
