namespace Cacheme.Benchmarks.Hybrids;

/// <summary>A value that callers could change.</summary>
internal sealed class Profile
{
    public int Id { get; set; }

    public string? Name { get; set; }

    public string? Mail { get; set; }
}
