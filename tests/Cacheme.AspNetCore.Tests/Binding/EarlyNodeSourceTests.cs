namespace Cacheme.AspNetCore.Tests.Binding;

public sealed class EarlyNodeSourceTests : NodeSourceTests
{
    protected override bool IsEarly => true;
}
