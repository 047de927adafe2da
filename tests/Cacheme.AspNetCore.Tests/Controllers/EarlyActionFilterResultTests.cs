namespace Cacheme.AspNetCore.Tests.Controllers;

public sealed class EarlyActionFilterResultTests : ActionFilterResultTests
{
    protected override bool IsEarly => true;
}
