using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cacheme.Observe;

/// <summary>Callers of the sample, with what they were told: mostly hits, some misses, now and then a change, and what fails.</summary>
/// <remarks>The same seed asks for the same pages in the same order.</remarks>
/// <param name="samples">The samples, which the callers ask in turns.</param>
/// <param name="pace">The time between two requests of one caller.</param>
public sealed class SampleLoad(IReadOnlyList<Uri> samples, TimeSpan pace) : IDisposable
{
    private const int Callers = 4;
    private const int People = 10;
    private static readonly string[] Prefixes = ["San", "Stock", "Ber", "Lon", "Par", "New", "Port", "Bad", "Sao", "Al"];
    private static readonly string[] Countries = ["SE", "DE", "FR", "US", "BR", "IN"];

    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, long> _hits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _misses = new(StringComparer.Ordinal);
    private int[] _cities = [];

    /// <summary>Answers of a page that came from the cache, as their headers say.</summary>
    public long HitsOf(string page) => _hits.GetValueOrDefault(page);

    /// <summary>Answers of a page that did not.</summary>
    public long MissesOf(string page) => _misses.GetValueOrDefault(page);

    /// <summary>Asks until the token fires. Fails when a page is not as it should be.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await FindCitiesAsync(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(new Random(caller), cancellationToken), CancellationToken.None)));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task CallAsync(Random random, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // To its end, whatever the token says: the sample would count a request of which the caller does not hear.
                await AskAsync(samples[random.Next(samples.Count)], random);
                await Task.Delay(pace, cancellationToken);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException && cancellationToken.IsCancellationRequested)
        {
            // The end of the load; the sample may have been told to end too.
        }
    }

    private Task AskAsync(Uri sample, Random random) => random.Next(100) switch
    {
        < 30 => GetAsync(sample, "/users", string.Create(CultureInfo.InvariantCulture, $"/users/{random.Next(1, People + 1)}"), HttpStatusCode.OK),
        < 31 => GetAsync(sample, "/users", "/users/99", HttpStatusCode.NotFound),
        < 80 => GetAsync(sample, "/cities", string.Create(CultureInfo.InvariantCulture, $"/cities/{City(random)}"), HttpStatusCode.OK),
        < 88 => GetAsync(sample, "/cities/search", $"/cities/search?prefix={Prefixes[random.Next(Prefixes.Length)]}", HttpStatusCode.OK),
        < 93 => GetAsync(sample, "/countries", $"/countries/{Countries[random.Next(Countries.Length)]}", HttpStatusCode.OK),
        < 97 => GetAsync(sample, "/cities?ids", $"/cities?ids={string.Join(',', Enumerable.Range(0, 5).Select(_ => City(random).ToString(CultureInfo.InvariantCulture)))}", HttpStatusCode.OK),
        _ => ChangeAsync(sample, City(random), random.Next(1_000_000)),
    };

    private async Task GetAsync(Uri sample, string page, string path, HttpStatusCode expected)
    {
        using var answer = await _client.GetAsync(new Uri(sample, path));
        if (answer.StatusCode != expected)
        {
            throw new InvalidDataException($"{path} answered {answer.StatusCode}.");
        }

        if (answer.Headers.TryGetValues("Cache-Status", out var status))
        {
            var counts = status.Any(static value => value.StartsWith("Cacheme; hit", StringComparison.Ordinal)) ? _hits : _misses;
            counts.AddOrUpdate(page, 1, static (_, count) => count + 1);
        }
    }

    private async Task ChangeAsync(Uri sample, int city, int population)
    {
        using var answer = await _client.PutAsJsonAsync(new Uri(sample, string.Create(CultureInfo.InvariantCulture, $"/cities/{city}/population")), new { value = population });
        // 500 where a storage cannot be told of it now: the row is written, and Cacheme tells the storage when it is back.
        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.InternalServerError))
        {
            throw new InvalidDataException($"A change of {city} was answered {answer.StatusCode}.");
        }
    }

    // Few are asked for often, many seldom.
    private int City(Random random) => _cities[(int)(_cities.Length * Math.Pow(random.NextDouble(), 3))];

    private async Task FindCitiesAsync(CancellationToken cancellationToken)
    {
        var ids = new List<int>();
        for (var first = 'a'; first <= 'z'; first++)
        {
            for (var second = 'a'; second <= 'z'; second += (char)5)
            {
                var found = await _client.GetFromJsonAsync<JsonElement>(new Uri(samples[0], $"/cities/search?prefix={first}{second}"), cancellationToken);
                ids.AddRange(found.EnumerateArray().Select(static city => city.GetProperty("id").GetInt32()));
            }
        }

        _cities = [.. ids.Distinct()];
    }
}
