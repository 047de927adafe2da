using Xunit.Sdk;

namespace Cacheme.Tests.Hybrid;

/// <summary>Each of the tests must fail here, or it shows nothing. One that passes is Microsoft's progress, and leaves the list.</summary>
public sealed class MicrosoftImprovementsTests : HybridCacheImprovements
{
    private protected override Task<HybridHost> StartAsync() => Task.FromResult<HybridHost>(new MicrosoftHost());

    private protected override async Task JudgeAsync(Func<Task> behaviour) =>
        Assert.IsAssignableFrom<XunitException>(await Record.ExceptionAsync(behaviour));
}
