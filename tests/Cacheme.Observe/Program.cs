using System.Runtime.InteropServices;
using Cacheme.Observe;
using Cacheme.Observe.Dashboards;
using Cacheme.Observe.Pictures;
using Cacheme.Servers;

// Two samples over one second tier, callers, and a Prometheus that looks at them. With --picture FILE it draws the dashboard
// after two minutes and ends; else it runs until it is interrupted.
var picture = args is ["--picture", var file] ? file : null;
if (args.Length > 0 && picture is null)
{
    Console.Error.WriteLine("Say nothing, or --picture FILE.svg");
    return 2;
}

var time = TimeSpan.FromMinutes(2);
var folder = Directory.CreateTempSubdirectory("cacheme-observe-");
using var ended = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
try
{
    await using var one = await SampleProcess.StartAsync(folder.FullName, "--Users:Delay", "00:00:00.050");
    await using var other = await SampleProcess.StartAsync(folder.FullName, "--Users:Delay", "00:00:00.050");
    await using var prometheus = await PrometheusServer.StartAsync("webapi", [one.Address.Authority, other.Address.Authority], Directory.GetFiles("dashboards/prometheus", "cacheme.*s.yml"));
    using var load = new SampleLoad([one.Address, other.Address], TimeSpan.FromMilliseconds(10));
    Console.WriteLine($"""
        sample      {one.Address} and {other.Address}
        metrics     {new Uri(one.Address, "/metrics")}
        statistics  {new Uri(one.Address, "/stats")}
        Prometheus  {prometheus.Address}
        Grafana     import dashboards/grafana/cacheme.json, with that Prometheus as its data source
        """);
    var began = DateTimeOffset.UtcNow;
    if (picture is not null)
    {
        ended.CancelAfter(time);
    }
    else
    {
        Console.WriteLine("Until Ctrl+C.");
    }

    await load.RunAsync(ended.Token);
    if (picture is not null)
    {
        using var api = new PrometheusApi(prometheus.Address);
        await File.WriteAllTextAsync(picture, await new DashboardPicture(api, began, began + time).DrawAsync(Dashboard.Read("dashboards/grafana/cacheme.json")));
        Console.WriteLine($"{picture} is drawn.");
    }

    return 0;
}
finally
{
    folder.Delete(recursive: true);
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.Cancel();
}
