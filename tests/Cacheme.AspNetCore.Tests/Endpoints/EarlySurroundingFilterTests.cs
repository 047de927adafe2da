namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlySurroundingFilterTests : SurroundingFilterTests
{
    protected override bool IsEarly => true;
}
