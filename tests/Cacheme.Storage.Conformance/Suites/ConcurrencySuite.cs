using System.Globalization;
using System.Text;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Many callers at once, each value with its key and version in it.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class ConcurrencySuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Fact]
    public async Task Operations_ManyAtOnce_NeverReadATornOrForeignValue()
    {
        string[] keys = ["a", "b", "c", "d"];
        await Storage.SetAsync([.. keys.Select(key => Write(key, Versioned(key, 0)))], Token);

        var writers = keys.Select(key => Task.Run(async () =>
        {
            for (var version = 1; version <= 100; version++)
            {
                await SetAsync(key, Versioned(key, version));
            }
        }));
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var seen = new int[keys.Length];
            for (var round = 0; round < 100; round++)
            {
                var values = await Storage.GetAsync([.. keys.Select(Key)], Token);
                seen = [.. keys.Select((key, i) => Version(key, values[i], seen[i]))];
            }
        }));
        await Task.WhenAll([.. writers, .. readers]);

        Assert.Equal(Versioned("a", 100), Bytes(await GetAsync("a")));
    }

    private static byte[] Versioned(string key, int version) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{key}:{version} ", 1 + (version * 37 % 2_000))));

    private static int Version(string key, StoredValue value, int atLeast)
    {
        var text = Encoding.UTF8.GetString(Bytes(value));
        var version = int.Parse(text.AsSpan(2, text.IndexOf(' ', StringComparison.Ordinal) - 2), CultureInfo.InvariantCulture);
        Assert.Equal(Encoding.UTF8.GetString(Versioned(key, version)), text);
        Assert.True(version >= atLeast, "A value went back to an older version.");
        return version;
    }
}
