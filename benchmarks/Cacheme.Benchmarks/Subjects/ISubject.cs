namespace Cacheme.Benchmarks.Subjects;

/// <summary>A cache that is measured, over a Redis that is empty at its start.</summary>
internal interface ISubject : IAsyncDisposable
{
    /// <summary>What it wrote to its log first, from a warning upwards; null when it wrote nothing.</summary>
    string? Warning { get; }

    /// <summary>Asks for the keys, and says whether each was answered with its value.</summary>
    ValueTask<bool> AnswersAsync(int[] uids);
}
