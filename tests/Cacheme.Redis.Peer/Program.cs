using System.Globalization;
using Cacheme;
using Cacheme.Redis.Peer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

// One process of an application that runs in several: it does what it is told, a line for each command, until there are no more.
//   NAME ENDPOINT               the arguments; what it loads begins with its name
//   get NODE ID                 the value, and how many loads this process ran so far: "a1 loads=1"
//   set NODE ID VALUE, invalidate NODE ID, advance SECONDS     "done"
var (name, endpoint) = (args[0], args[1]);
var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
var builder = Host.CreateEmptyApplicationBuilder(null);
builder.Services.AddSingleton<TimeProvider>(time);
builder.Services.AddCacheme(cacheme => cacheme
    .AddLocal("local", size: 100)
    .AddRedis("redis", endpoint)
    .AddNode<FarNode>()
    .AddNode<NearNode>());
using var host = builder.Build();
await host.StartAsync();
var cache = host.Services.GetRequiredService<ICacheme>();
var loads = 0;
Console.WriteLine("ready");
while (await Console.In.ReadLineAsync() is { } line)
{
    try
    {
        Console.WriteLine(await AnswerAsync(line.Split(' ')));
    }
    catch (Exception error)
    {
        Console.WriteLine(error.GetType().Name);
    }
}

await host.StopAsync();

async Task<string> AnswerAsync(string[] words)
{
    switch (words)
    {
        case ["get", var node, var id]:
            var value = await cache.GetAsync(NodeOf(node, id), _ => new ValueTask<string>($"{name}{++loads}"));
            return $"{value} loads={loads}";
        case ["set", var node, var id, var given]:
            await cache.SetAsync(NodeOf(node, id), given);
            return "done";
        case ["invalidate", var node, var id]:
            await cache.InvalidateAsync(NodeOf(node, id));
            return "done";
        case ["advance", var seconds]:
            time.Advance(TimeSpan.FromSeconds(Number(seconds)));
            return "done";
        default:
            return "unknown command";
    }
}

static Node<string> NodeOf(string node, string id) => node == "far" ? new FarNode(Number(id)) : new NearNode(Number(id));

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
