using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks.Storages;

/// <summary>What callers do over and over.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="StartsFull">Whether the payloads are there before; else the storage is empty.</param>
/// <param name="RunAsync">One operation of a caller, who counts them from 0; false when the answer was not the payload.</param>
internal sealed record Scenario(string Name, bool StartsFull, Func<IPayloads, byte[], int, ValueTask<bool>> RunAsync)
{
    /// <summary>How many payloads there are.</summary>
    public const int Payloads = 1_000;

    private const int BatchSize = 20;

    private static readonly int[] Stream = ZipfStream();

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("read", true, static async (payloads, payload, i) => (await payloads.GetAsync(i % Payloads)).Length == payload.Length),
        new("write", true, static async (payloads, payload, i) =>
        {
            // Another value than the key had before: some servers write nothing when what they are given is there already.
            payload[0] = (byte)i;
            await payloads.SetAsync(i % Payloads, payload);
            return true;
        }),
        new("zipf", false, static async (payloads, payload, i) => (await payloads.GetAsync(Stream[i % Stream.Length])).Length == payload.Length),
        new($"batch of {BatchSize}", true, static async (payloads, payload, i) =>
        {
            var found = await payloads.GetAllAsync(Batch(i));
            return found.Count == BatchSize && found.All(value => value.Length == payload.Length);
        }),
    ];

    // No two callers at once ask for the same: what they share would be read once.
    private static int[] Batch(int i) => [.. Enumerable.Range(i * BatchSize % Payloads, BatchSize)];

    private static int[] ZipfStream()
    {
        var zipf = new Zipf(seed: 1, s: 1.001, v: 10, largest: Payloads * 10);
        return [.. Enumerable.Range(0, 100_000).Select(_ => zipf.Next())];
    }
}
