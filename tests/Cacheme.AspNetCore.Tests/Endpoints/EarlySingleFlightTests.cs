namespace Cacheme.AspNetCore.Tests.Endpoints;

public sealed class EarlySingleFlightTests : SingleFlightTests
{
    protected override bool IsEarly => true;
}
