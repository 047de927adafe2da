namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionEffectTests : ActionEffectTests
{
    protected override bool IsEarly => true;
}
