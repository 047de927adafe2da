using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>Both providers are asked the same, one call after another, and answer the same.</summary>
public sealed class HybridCacheDifferentialTests
{
    private static readonly string[] Keys = ["a", "b"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Calls_WithAnyFlags_AreAnsweredAlike(int seed)
    {
        await using var theirs = new MicrosoftHost();
        await using var ours = await CachemeHost.StartAsync();
        var random = new Random(seed);
        var history = new List<string>();
        for (var step = 1; step <= 120; step++)
        {
            var key = Keys[random.Next(2)];
            var flags = (HybridCacheEntryFlags)random.Next(32);
            var kind = random.Next(10);
            // Without the local write ours removes what is there; without the underlying data theirs sets nothing.
            flags = kind >= 6 ? flags & ~(HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableUnderlyingData) : flags;
            var options = new HybridCacheEntryOptions { Flags = flags };
            var value = step;
            history.Add($"{kind} {key} {flags}");
            var expected = await DoAsync(theirs);
            var actual = await DoAsync(ours);

            Assert.True(expected == actual, $"{expected} and not {actual} after {string.Join("; ", history)}");

            async Task<int> DoAsync(HybridHost host)
            {
                var answer = 0;
                switch (kind)
                {
                    case < 6:
                        answer = await host.Cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), options, cancellationToken: Ct);
                        break;
                    case < 9:
                        await host.Cache.SetAsync(key, value, options, cancellationToken: Ct);
                        break;
                    default:
                        await host.Cache.RemoveAsync(key, Ct);
                        break;
                }

                await host.SettleAsync();
                return answer;
            }
        }
    }
}
