namespace Cacheme.Tests.Hybrid;

/// <summary>A value whose JSON may be read as that of another type without an error.</summary>
internal sealed class Other
{
    public string? Name { get; set; }
}
