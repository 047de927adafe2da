using Cacheme.Benchmarks;
using Cacheme.Benchmarks.Servers;

try
{
    return args switch
    {
        ["zipf", .. var workers] => await ZipfVerb.RunAsync(Verb.Numbers(workers)),
        _ => Verb.PrintAll(),
    };
}
catch (RedisMissingException missing)
{
    await Console.Error.WriteLineAsync(missing.Message);
    return 1;
}
