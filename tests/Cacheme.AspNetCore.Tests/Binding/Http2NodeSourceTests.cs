namespace Cacheme.AspNetCore.Tests.Binding;

public sealed class Http2NodeSourceTests : NodeSourceTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
