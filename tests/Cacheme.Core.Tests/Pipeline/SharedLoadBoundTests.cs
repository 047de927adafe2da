using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Pipeline;

/// <summary>The bound on waiting for a load of another process.</summary>
public sealed class SharedLoadBoundTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Source _source = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_TheStorageHangsWhileAnotherHoldsTheLease_GoesAheadAfterItsLongestWait()
    {
        await using var host = new CacheFixture(
            cacheme => cacheme.ConfigureStorage("remote", options => options.Timeout = Timeout)
                .AddNode<ItemNode>(policy => policy.Version("v1").Cache("remote", TimeSpan.FromHours(1)).LoadOnceAcrossProcesses(LongestWait)),
            services => services.AddSingleton(_source));
        var leases = new FakeLeases(host.Time);
        host.Remote.Leases = leases;
        await host.StartAsync();
        Assert.True(await leases.TryTakeAsync("cacheme:item:1:v1", TimeSpan.FromDays(1), Ct) > 0);
        var hanging = new Gate();
        var gets = 0;
        host.Remote.Before = (operation, token) =>
            operation == "get" && Interlocked.Increment(ref gets) > 1 ? hanging.PassAsync(token) : Task.CompletedTask;
        var began = host.Time.GetUtcNow();

        var value = host.Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await Eventually.HoldsAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
            return Task.FromResult(value.IsCompleted);
        });

        Assert.InRange(host.Time.GetUtcNow() - began, LongestWait, LongestWait + TimeSpan.FromSeconds(1));
    }
}
