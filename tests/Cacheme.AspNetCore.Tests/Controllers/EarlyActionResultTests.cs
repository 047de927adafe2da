namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionResultTests : ActionResultTests
{
    protected override bool IsEarly => true;
}
