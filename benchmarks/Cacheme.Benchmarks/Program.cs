using Cacheme.Benchmarks;
using Cacheme.Benchmarks.Web;
using Cacheme.Servers;

try
{
    return args switch
    {
        ["zipf", .. var workers] => await ZipfVerb.RunAsync(Verb.Numbers(workers)),
        ["batch", .. var workers] => await BatchVerb.RunAsync(Verb.Numbers(workers)),
        ["fleet", .. var processes] => await FleetVerb.RunAsync(Verb.Numbers(processes)),
        ["http"] => await HttpVerb.RunAsync(),
        [WebServer.Argument] => await WebServer.RunAsync(),
        ["hit"] => await HitVerb.RunAsync(),
        ["hybrid"] => await HybridVerb.RunAsync(),
        ["storages", .. var names] => await StoragesVerb.RunAsync(names),
        _ => Verb.PrintAll(),
    };
}
catch (ServerMissingException missing)
{
    await Console.Error.WriteLineAsync(missing.Reason);
    return 1;
}
