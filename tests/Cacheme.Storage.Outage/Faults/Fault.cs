namespace Cacheme.Storage.Outage.Faults;

/// <summary>Something that befalls a storage.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="BeginAsync">Makes it happen; the keys are those that are in use, as the storage has them.</param>
/// <param name="EndAsync">Makes it good again, and returns when it is.</param>
public record Fault(string Name, Func<IReadOnlyList<string>, Task> BeginAsync, Func<Task> EndAsync)
{
    /// <summary>Whether it begins before the host starts.</summary>
    public bool BeforeStart { get; init; }
}
