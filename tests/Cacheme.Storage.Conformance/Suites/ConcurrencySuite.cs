using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Many callers at once, each value with its key, its writer and its version in it.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class ConcurrencySuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private const int Writers = 2;
    private const int Readers = 4;
    private const int Versions = 60;
    private static readonly string[] Keys = ["a", "b", "c", "d"];

    // Each writer's versions of a key go up, whoever else writes it; and what is written last is somebody's last.
    [Fact]
    public async Task Writes_SeveralOfAKeyAtOnce_AreReadWholeAndInTheirWritersOrder()
    {
        await Storage.SetAsync([.. Keys.Select(key => Write(key, Versioned(key, 0, 0)))], Token);

        await Task.WhenAll(
        [
            .. from key in Keys from writer in Enumerable.Range(0, Writers) select Task.Run(() => WriteAllAsync(key, writer)),
            .. Enumerable.Range(0, Readers).Select(reader => Task.Run(() => ReadForwardAsync(oneByOne: reader % 2 == 0))),
        ]);

        foreach (var key in Keys)
        {
            Assert.Equal(Versions, Read(key, await GetAsync(key)).Version);
        }
    }

    // A storage may be asked for what several callers want by one read; one that wants that gets it.
    [Fact]
    public async Task Reads_OfManyCallersAtOnce_GiveEachItsOwn()
    {
        const int Callers = 300;
        using var host = await StartHostAsync();
        using var operations = new MetricCollector<double>(host.Services.GetRequiredService<IMeterFactory>(), "Cacheme", "cacheme.store.duration");
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        var nodes = Enumerable.Range(0, Callers).Select(i => new TextNode($"caller {i}")).ToList();
        foreach (var node in nodes.Where((_, i) => i % 3 > 0))
        {
            await cacheme.SetAsync(node, node.Name.PadRight(node.Name.Length * 20), Token);
        }

        var sent = 0;
        var rounds = 0;
        await Storage.ConnectAsync(Token);
        while (rounds < 5 || (Storage.BatchesReads && sent == rounds * Callers && rounds < 100))
        {
            var found = await Task.WhenAll(nodes.Select(node => Task.Run(() => cacheme.TryGetAsync(node, Token).AsTask())));

            Assert.All(found, (lookup, i) => Assert.Equal(i % 3 > 0 ? nodes[i].Name : null, lookup.Value?.TrimEnd()));
            rounds++;
            sent = operations.GetMeasurementSnapshot().Count(measured => (string?)measured.Tags["cacheme.operation"] == "get");
        }

        Assert.True(Storage.BatchesReads ? sent < rounds * Callers : sent == rounds * Callers, $"{rounds * Callers} callers, {sent} reads.");
    }

    [Fact]
    public async Task Removals_AmongWritesAndReads_LetNothingOlderComeBack()
    {
        var removed = new int[Keys.Length];
        using var ended = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                for (var i = 0; i < Keys.Length; i++)
                {
                    var gone = Volatile.Read(ref removed[i]);
                    var value = await GetAsync(Keys[i]);
                    Assert.False(value.Exists && Read(Keys[i], value).Version <= gone, "A value came back after its removal.");
                }
            }
        })).ToArray();
        try
        {
            await Task.WhenAll(Keys.Select((key, i) => Task.Run(() => WriteAndRemoveAsync(key, version => Volatile.Write(ref removed[i], version)))));
        }
        finally
        {
            await ended.CancelAsync();
        }

        await Task.WhenAll(readers);
        foreach (var key in Keys)
        {
            Assert.False((await GetAsync(key)).Exists);
        }
    }

    private async Task WriteAllAsync(string key, int writer)
    {
        for (var version = 1; version <= Versions; version++)
        {
            await SetAsync(key, Versioned(key, writer, version));
        }
    }

    private async Task ReadForwardAsync(bool oneByOne)
    {
        var seen = new int[Keys.Length, Writers];
        for (var round = 0; round < Versions; round++)
        {
            var values = oneByOne ? [await GetAsync(Keys[0]), await GetAsync(Keys[1]), await GetAsync(Keys[2]), await GetAsync(Keys[3])] : await Storage.GetAsync([.. Keys.Select(Key)], Token);
            for (var i = 0; i < Keys.Length; i++)
            {
                var (writer, version) = Read(Keys[i], values[i]);
                Assert.True(version >= seen[i, writer], "A value went back to an older version.");
                seen[i, writer] = version;
            }
        }
    }

    /// <summary>Alone with the key, a writer reads what it wrote, and nothing once it was removed.</summary>
    private async Task WriteAndRemoveAsync(string key, Action<int> removed)
    {
        for (var version = 1; version <= Versions; version++)
        {
            await SetAsync(key, Versioned(key, 0, version));
            Assert.Equal(version, Read(key, await GetAsync(key)).Version);
            if (version % 3 == 0)
            {
                await Storage.RemoveAsync([Key(key)], Token);
                removed(version);
                Assert.False((await GetAsync(key)).Exists);
            }
        }
    }

    private static byte[] Versioned(string key, int writer, int version) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{key}:{writer}:{version} ", 1 + (version * 37 % 2_000))));

    private static (int Writer, int Version) Read(string key, StoredValue value)
    {
        var text = Encoding.UTF8.GetString(Bytes(value));
        var parts = text[..text.IndexOf(' ', StringComparison.Ordinal)].Split(':');
        var (writer, version) = (int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
        Assert.Equal(Encoding.UTF8.GetString(Versioned(key, writer, version)), text);
        return (writer, version);
    }
}
