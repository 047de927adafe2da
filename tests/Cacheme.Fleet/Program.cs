using System.Diagnostics;
using System.Globalization;
using Cacheme;
using Cacheme.Fleet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// One process of a fleet that shares a storage: it does what it is told, a line for each command, until there are no more.
//   URL                         the argument: where the fleet caches
//   get ID                      the stamp of its value: when its load began
//   once ID                     the same of a value that takes a second to load, and that one process loads
//   begin ID                    the same without waiting for it
//   loads                       how many of those loads this process began
//   invalidate ID               when it began and when it had ended, or "failed" behind both
//   tag NAME                    the same for a tag
//   churn RATE SECONDS KEYS     invalidates so many keys a second, one after another: key, began, ended of each
//   watch KEYS, report          gets the keys again and again; what it saw change, and when
using var host = Build(args[0]);
await host.StartAsync();
var cacheme = host.Services.GetRequiredService<ICacheme>();
var watch = default(Watch);
Console.WriteLine("ready");
while (await Console.In.ReadLineAsync() is { } line)
{
    try
    {
        Console.WriteLine(await AnswerAsync(line.Split(' ')));
    }
    catch (Exception error)
    {
        Console.WriteLine($"error {error.GetType().Name}: {error.Message}".ReplaceLineEndings(" "));
    }
}

await (watch?.DisposeAsync() ?? default);
await host.StopAsync();

static IHost Build(string url)
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Services.AddCacheme(cacheme => cacheme
        .AddLocal("local", size: 10_000)
        .AddStorage("shared", url)
        .ConfigureStorage("shared", storage => storage.Timeout = TimeSpan.FromSeconds(3)) // A busy machine is no storage that is down.
        .AddNode<StampNode>()
        .AddNode<OnceNode>());
    return builder.Build();
}

async Task<string> AnswerAsync(string[] words)
{
    switch (words)
    {
        case ["get", var id]:
            return Text(await cacheme.GetAsync(new StampNode(Number(id))));
        case ["once", var id]:
            return Text(await cacheme.GetAsync(new OnceNode(Number(id))));
        case ["begin", var id]:
            _ = cacheme.GetAsync(new OnceNode(Number(id))).AsTask();
            return "done";
        case ["loads"]:
            return Text(OnceNode.Loads);
        case ["invalidate", var id]:
            return await TimeAsync(() => cacheme.InvalidateAsync(new StampNode(Number(id))));
        case ["tag", var tag]:
            return await TimeAsync(() => cacheme.InvalidateTagAsync(tag));
        case ["churn", var rate, var seconds, var keys]:
            return await Churn.RunAsync(cacheme, Number(rate), TimeSpan.FromSeconds(Number(seconds)), Number(keys));
        case ["watch", var keys]:
            watch = new Watch(cacheme, Number(keys));
            watch.Begin();
            return "done";
        case ["report"]:
            return watch?.Report() ?? "";
        default:
            return "error unknown command";
    }
}

static async Task<string> TimeAsync(Func<ValueTask> call)
{
    var began = Stopwatch.GetTimestamp();
    var failed = "";
    try
    {
        await call();
    }
    catch (InvalidationException)
    {
        failed = " failed";
    }

    return $"{Text(began)} {Text(Stopwatch.GetTimestamp())}{failed}";
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
