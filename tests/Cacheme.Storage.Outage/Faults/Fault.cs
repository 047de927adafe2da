namespace Cacheme.Storage.Outage.Faults;

/// <summary>Something that befalls a storage.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="BeginAsync">Makes it happen; the keys are those that are in use, as the storage has them.</param>
/// <param name="EndAsync">Makes it good again, and returns when each server answers.</param>
public record Fault(string Name, Func<IReadOnlyList<string>, Task> BeginAsync, Func<Task> EndAsync)
{
    /// <summary>Whether it begins before the host starts.</summary>
    public bool BeforeStart { get; init; }

    /// <summary>What must be seen of it; without that it was none.</summary>
    public Symptom Symptom { get; init; } = Symptom.AllFails;

    /// <summary>Returns when the servers, which answer again, have agreed on who serves what.</summary>
    public Func<Task> AgreeAsync { get; init; } = () => Task.CompletedTask;

    /// <summary>Makes it good again, and returns when all is served.</summary>
    public async Task MendAsync()
    {
        await EndAsync();
        await AgreeAsync();
    }
}
