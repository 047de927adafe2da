using System.Globalization;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Runs Cacheme and the bare driver over one storage in turns, several rounds, and prints the medians.</summary>
internal sealed class StorageContest(StorageStand stand)
{
    private const int Rounds = 5;
    private static readonly int[] Sizes = [200, 2_000, 60_000];
    private static readonly int[] Crews = [1, 32];

    /// <summary>Whether a run was not as it must be.</summary>
    public bool HasFaults { get; private set; }

    public static void PrintHead()
    {
        Console.WriteLine("| storage       | scenario    | payload | callers | us bare | us Cacheme | ratio | cpu us bare | cpu us Cacheme | ratio | bytes bare | bytes Cacheme |");
        Console.WriteLine("|---------------|-------------|--------:|--------:|--------:|-----------:|------:|------------:|---------------:|------:|-----------:|--------------:|");
    }

    public async Task RunAsync()
    {
        foreach (var size in Sizes)
        {
            var payload = new byte[size];
            new Random(size).NextBytes(payload);
            await using var cacheme = await CachemePayloads.StartAsync(stand, payload);
            await using var bare = await stand.ConnectBareAsync(payload);
            foreach (var scenario in Scenario.All)
            {
                foreach (var callers in Crews)
                {
                    await CompareAsync(scenario, payload, callers, [bare, cacheme]);
                }
            }

            if (cacheme.Warning is { } warning)
            {
                Fault(warning);
            }
        }
    }

    private async Task CompareAsync(Scenario scenario, byte[] payload, int callers, IPayloads[] contenders)
    {
        var runs = Array.ConvertAll(contenders, _ => new List<StorageRun>());

        // The round before the first lets the JIT see the code.
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                await PrepareAsync(scenario, contenders[i], payload);
                var run = await StorageRun.MeasureAsync(scenario, contenders[i], payload, callers);
                if (round >= 0)
                {
                    runs[i].Add(run);
                }
            }
        }

        var (bare, cacheme) = (Median(runs[0]), Median(runs[1]));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {stand.Name,-13} | {scenario.Name,-11} | {payload.Length,7} | {callers,7} | {bare.Microseconds,7:F1} | {cacheme.Microseconds,10:F1} | {cacheme.Microseconds / bare.Microseconds,5:F2} | {bare.Cpu,11:F1} | {cacheme.Cpu,14:F1} | {cacheme.Cpu / bare.Cpu,5:F2} | {bare.Bytes,10:F0} | {cacheme.Bytes,13:F0} |"));
        if (runs.SelectMany(run => run).Sum(run => run.Wrong) is > 0 and var wrong)
        {
            Fault($"{wrong} operations of '{scenario.Name}' went wrong.");
        }
    }

    private async Task PrepareAsync(Scenario scenario, IPayloads payloads, byte[] payload)
    {
        await stand.ClearAsync();
        for (var id = 0; scenario.StartsFull && id < Scenario.Payloads; id++)
        {
            await payloads.SetAsync(id, payload);
        }
    }

    private void Fault(string fault)
    {
        HasFaults = true;
        Console.WriteLine($"FAULT: {stand.Name}: {fault}");
    }

    private static StorageRun Median(List<StorageRun> runs)
    {
        return new(Middle(run => run.Microseconds), Middle(run => run.Cpu), Middle(run => run.Bytes), 0);

        double Middle(Func<StorageRun, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
    }
}
