namespace Cacheme.Tests.Hybrid;

public sealed class CachemeImprovementsTests : HybridCacheImprovements
{
    private protected override async Task<HybridHost> StartAsync() => await CachemeHost.StartAsync();

    private protected override Task JudgeAsync(Func<Task> behaviour) => behaviour();
}
