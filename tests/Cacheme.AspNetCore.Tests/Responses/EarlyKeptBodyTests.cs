namespace Cacheme.AspNetCore.Tests.Responses;

public sealed class EarlyKeptBodyTests : KeptBodyTests
{
    protected override bool IsEarly => true;
}
