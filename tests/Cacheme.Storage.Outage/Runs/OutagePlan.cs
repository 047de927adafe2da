namespace Cacheme.Storage.Outage.Runs;

/// <summary>How long a run is, and how much is asked in it.</summary>
/// <param name="Requests">How many requests, spread evenly over the time.</param>
/// <param name="Healthy">How long nothing is wrong.</param>
/// <param name="Faulty">How long the fault lasts.</param>
/// <param name="Recovering">How long the run goes on when the fault is over.</param>
/// <param name="Slack">What a busy machine may add to a request, or to the storage's return.</param>
public sealed record OutagePlan(int Requests, TimeSpan Healthy, TimeSpan Faulty, TimeSpan Recovering, TimeSpan Slack)
{
    /// <summary>A hundred thousand requests, and a fault of ten seconds.</summary>
    public static OutagePlan Full { get; } = new(100_000, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(0.5));

    /// <summary>Five thousand requests, and a fault of three seconds.</summary>
    public static OutagePlan Brief { get; } = new(5_000, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5.5), TimeSpan.FromSeconds(2));

    /// <summary>How long it all takes.</summary>
    public TimeSpan Duration => Healthy + Faulty + Recovering;
}
