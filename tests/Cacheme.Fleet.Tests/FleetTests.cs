using System.Diagnostics;
using System.Globalization;
using Cacheme.Servers;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Testing;

namespace Cacheme.Fleet.Tests;

/// <summary>Several processes on one real server: what one of them invalidates, the others stop serving, also after bad luck.</summary>
/// <remarks>The local time to live is an hour: only the bus can tell them.</remarks>
public abstract class FleetTests : IAsyncLifetime
{
    private const int Keys = 10;
    private const int Watchers = 2;

    private Exception? _missing;

    /// <summary>Where the fleet caches.</summary>
    protected abstract StorageBackend Backend { get; }

    /// <summary>How often a process that is told nothing looks.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>How often the server goes away in the middle, in the short form.</summary>
    protected abstract int Cuts { get; }

    /// <summary>The long form is run by hand: CACHEME_FLEET_CUTS says how often.</summary>
    private int CutsNow => int.TryParse(Environment.GetEnvironmentVariable("CACHEME_FLEET_CUTS"), CultureInfo.InvariantCulture, out var cuts) ? cuts : Cuts;

    private string Url => _missing is null ? Backend.Url! : throw _missing; // Not null: each of these has one.

    public async ValueTask InitializeAsync()
    {
        try
        {
            await Backend.StartAsync();
        }
        catch (ServerMissingException missing)
        {
            _missing = missing;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Invalidate_ManyTimes_TheOthersHearOfEachWithinTheirInterval()
    {
        const int Invalidations = 60;
        var fleet = await FleetProcess.StartAsync(Url, Watchers + 1);
        try
        {
            foreach (var watcher in fleet[1..])
            {
                await watcher.AskAsync($"watch {Keys}");
            }

            var told = new List<(int Key, long Began, long Ended)>();
            for (var i = 0; i < Invalidations; i++)
            {
                // Not until the former one of the same key was heard of: each has its own lag.
                var key = i % Keys;
                var (began, ended) = await InvalidateUntilToldAsync(fleet[0], key);
                told.Add((key, began, ended));
                if (key == Keys - 1)
                {
                    await Eventually.HoldsAsync(async () => (await LagsAsync(fleet[1..], told)).Count == told.Count * Watchers);
                }
            }

            var lags = (await LagsAsync(fleet[1..], told)).Order().ToList();
            Assert.Equal(Invalidations * Watchers, lags.Count);
            var figures = string.Create(
                CultureInfo.InvariantCulture,
                $"{Backend.Name}: staleness after an invalidation p50 {lags[lags.Count / 2].TotalMilliseconds:0.0} ms, p99 {lags[lags.Count * 99 / 100].TotalMilliseconds:0.0} ms, max {lags[^1].TotalMilliseconds:0.0} ms");
            TestContext.Current.SendDiagnosticMessage(figures);
            TestContext.Current.TestOutputHelper?.WriteLine(figures);

            // A shared machine may be late; it may not be deaf.
            Assert.True(lags[^1] < Interval + TimeSpan.FromSeconds(5), figures);
        }
        finally
        {
            await DisposeAsync(fleet);
        }
    }

    [Fact]
    public async Task InvalidateTag_TheOthersHaveItLocally_NobodyServesWhatWasThere()
    {
        var fleet = await FleetProcess.StartAsync(Url, 3);
        try
        {
            foreach (var process in fleet)
            {
                await process.GetAsync(1);
            }

            var (_, ended, failed) = await fleet[0].InvalidateAsync("tag stamps");

            Assert.False(failed);
            Assert.True(await fleet[0].GetAsync(1) >= ended);
            foreach (var process in fleet[1..])
            {
                await Eventually.HoldsAsync(async () => await process.GetAsync(1) >= ended);
            }
        }
        finally
        {
            await DisposeAsync(fleet);
        }
    }

    [Fact]
    public async Task Invalidate_WhileTheServerIsGone_IsNotLost()
    {
        var fleet = await FleetProcess.StartAsync(Url, 2);
        try
        {
            var lost = new List<int>();
            for (var cut = 0; cut < CutsNow; cut++)
            {
                if (!await SurvivesAsync(fleet, key: cut, cut % 2 == 0))
                {
                    lost.Add(cut);
                }
            }

            Assert.Empty(lost);
        }
        finally
        {
            await DisposeAsync(fleet);
        }
    }

    [Fact]
    public async Task Get_FourProcessesAtOnce_OneLoads()
    {
        var fleet = await FleetProcess.StartAsync(Url, 4);
        try
        {
            for (var key = 0; key < 3; key++)
            {
                var values = await Task.WhenAll(fleet.Select(process => process.AskAsync($"once {key}")));

                Assert.Single(values.Distinct());
                Assert.Equal(key + 1, await LoadsAsync(fleet));
            }
        }
        finally
        {
            await DisposeAsync(fleet);
        }
    }

    [Fact]
    public async Task Get_TheProcessThatLoadsIsKilled_OneOtherLoadsAndNobodyWaitsForLong()
    {
        // Its lease ends after five seconds; then somebody loads, long before those who wait may go ahead, after thirty.
        var longest = TimeSpan.FromSeconds(15);
        var fleet = await FleetProcess.StartAsync(Url, 4);
        try
        {
            // Warm, so that only what is measured takes time.
            await Task.WhenAll(fleet.Select(process => process.AskAsync("once 0")));
            var before = await LoadsAsync(fleet[1..]);
            var ofTheFirst = await LoadsAsync(fleet[..1]);
            await fleet[0].AskAsync("begin 1");
            await Eventually.HoldsAsync(async () => await LoadsAsync(fleet[..1]) > ofTheFirst);
            var began = Stopwatch.GetTimestamp();
            var waiting = fleet[1..].Select(process => process.AskAsync("once 1")).ToList();

            await fleet[0].DisposeAsync();
            var values = await Task.WhenAll(waiting);

            Assert.Single(values.Distinct());
            Assert.True(Stopwatch.GetElapsedTime(began) < longest, "They waited for too long.");
            Assert.Equal(before + 1, await LoadsAsync(fleet[1..]));
        }
        finally
        {
            await DisposeAsync(fleet[1..]);
        }
    }

    /// <summary>What befalls the server, and what ends it.</summary>
    /// <param name="cut">The number of the cut.</param>
    protected virtual (Func<Task> Begin, Func<Task> Mend) CutOf(int cut) => (() => Backend.Killed.BeginAsync([]), () => Backend.Killed.MendAsync());

    // The invalidation comes before the server is gone and its records are read, or while it is gone.
    private async Task<bool> SurvivesAsync(FleetProcess[] fleet, int key, bool isBefore)
    {
        foreach (var process in fleet)
        {
            await process.GetAsync(key);
        }

        var (begin, mend) = CutOf(key);
        long began;
        if (isBefore)
        {
            began = (await fleet[0].InvalidateAsync($"invalidate {key}")).Began;
            await begin();
        }
        else
        {
            await begin();
            began = (await fleet[0].InvalidateAsync($"invalidate {key}")).Began;
        }

        await mend();
        var since = Stopwatch.GetTimestamp();
        foreach (var process in fleet)
        {
            while (await process.GetAsync(key) < began)
            {
                if (Stopwatch.GetElapsedTime(since) > Patience.Limit)
                {
                    return false;
                }

                await Task.Delay(20, TestContext.Current.CancellationToken); // They hear of it in their own time, and tell nobody.
            }
        }

        return true;
    }

    private static async Task<List<TimeSpan>> LagsAsync(FleetProcess[] watchers, List<(int Key, long Began, long Ended)> told)
    {
        var lags = new List<TimeSpan>();
        foreach (var watcher in watchers)
        {
            var seen = (await watcher.AskAsync("report")).Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(',')).Select(parts => (Key: (int)FleetProcess.Number(parts[0]), Stamp: FleetProcess.Number(parts[1]), At: FleetProcess.Number(parts[2]))).ToList();
            foreach (var (key, began, ended) in told)
            {
                if (seen.Find(one => one.Key == key && one.Stamp >= began) is { At: > 0 } heard)
                {
                    lags.Add(heard.At > ended ? Stopwatch.GetElapsedTime(ended, heard.At) : TimeSpan.Zero);
                }
            }
        }

        return lags;
    }

    // A busy machine may keep the storage from answering within its second; then the caller is told, and does it again.
    private static async Task<(long Began, long Ended)> InvalidateUntilToldAsync(FleetProcess process, int key)
    {
        for (var tries = 1; ; tries++)
        {
            var (began, ended, failed) = await process.InvalidateAsync($"invalidate {key}");
            if (!failed)
            {
                return (began, ended);
            }

            Assert.True(tries < 10, "No invalidation succeeds.");
        }
    }

    private static async Task<long> LoadsAsync(FleetProcess[] fleet)
    {
        var loads = 0L;
        foreach (var process in fleet)
        {
            loads += FleetProcess.Number(await process.AskAsync("loads"));
        }

        return loads;
    }

    private static async Task DisposeAsync(FleetProcess[] fleet)
    {
        foreach (var process in fleet)
        {
            await process.DisposeAsync();
        }
    }
}
