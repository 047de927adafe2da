using Cacheme.Benchmarks.Web;

namespace Cacheme.Benchmarks;

/// <summary>The same page over HTTP by every way to answer it: requests a second, and what one costs the server.</summary>
internal static class HttpVerb
{
    private static readonly int[] Sizes = [200, 2_048, 65_536];

    // A browser asks one at a time, and most of it is the socket's; sixteen at once show what the answers cost.
    private static readonly int[] Depths = [1, 16];

    /// <summary>Measures and prints; 1 when an answer was not as it must be.</summary>
    public static async Task<int> RunAsync()
    {
        await using var server = await WebProcess.StartAsync();
        var faults = new List<string>();
        try
        {
            foreach (var depth in Depths)
            {
                WebContest.PrintHead(depth);
                foreach (var size in Sizes)
                {
                    await new WebContest(server, await LoadAsync(server, size), depth).RunAsync();
                }
            }

            faults.AddRange(await HeadersAsync(server));
            faults.AddRange(await HandlersAsync(server));
        }
        catch (Exception wrong) when (wrong is InvalidDataException or HttpRequestException)
        {
            faults.Add(wrong.Message);
        }

        faults.ForEach(static fault => Console.WriteLine($"FAULT: {fault}"));
        return faults.Count > 0 ? 1 : 0;
    }

    // The page that is made for each request is what the others must be; whoever keeps it has it after this.
    private static async Task<IReadOnlyList<WebTarget>> LoadAsync(WebProcess server, int size)
    {
        var targets = new List<WebTarget>();
        foreach (var way in WebServer.Ways)
        {
            var body = await server.Client.GetByteArrayAsync($"/{way.Path}/{size}");
            targets.Add(new WebTarget(way, size, targets.Count > 0 ? targets[0].Body : body));
        }

        return targets;
    }

    // The limit is one of the same work: it has every header of a hit, and no other.
    private static async Task<IEnumerable<string>> HeadersAsync(WebProcess server)
    {
        var limit = await NamesAsync(WebServer.Limit);
        var hit = await NamesAsync(WebServer.Early);
        return limit == hit ? [] : [$"the limit has the headers {limit}, a hit has {hit}"];

        async Task<string> NamesAsync(WebWay way)
        {
            using var response = await server.Client.GetAsync($"/{way.Path}/{Sizes[0]}");
            return string.Join(", ", response.Headers.Concat(response.Content.Headers).Select(static header => header.Key).Order(StringComparer.Ordinal));
        }
    }

    // Who caches runs the handler once for each page.
    private static async Task<IEnumerable<string>> HandlersAsync(WebProcess server)
    {
        var runs = (await server.FiguresAsync()).HandlerRuns;
        return
            from way in WebServer.Cached
            from size in Sizes
            let times = runs.GetValueOrDefault($"{way.Path}/{size}")
            where times != 1
            select $"the handler of /{way.Path}/{size} ran {times} times";
    }
}
