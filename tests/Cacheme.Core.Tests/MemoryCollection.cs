namespace Cacheme.Tests;

/// <summary>Tests that weigh the whole process's memory, and so run alone.</summary>
[CollectionDefinition(nameof(MemoryCollection), DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "The runner's word for it.")]
public sealed class MemoryCollection;
