using Cacheme.Benchmarks;
using Cacheme.Benchmarks.Servers;

try
{
    return args switch
    {
        ["zipf", .. var workers] => await ZipfVerb.RunAsync(Verb.Numbers(workers)),
        ["batch", .. var workers] => await BatchVerb.RunAsync(Verb.Numbers(workers)),
        ["hit"] => await HitVerb.RunAsync(),
        _ => Verb.PrintAll(),
    };
}
catch (RedisMissingException missing)
{
    await Console.Error.WriteLineAsync(missing.Message);
    return 1;
}
