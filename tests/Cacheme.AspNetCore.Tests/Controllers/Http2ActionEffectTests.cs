namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class Http2ActionEffectTests : ActionEffectTests
{
    protected override bool IsEarly => true;

    protected override bool IsHttp2 => true;
}
