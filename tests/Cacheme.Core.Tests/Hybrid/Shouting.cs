namespace Cacheme.Tests.Hybrid;

/// <summary>A value with JSON options of its own.</summary>
internal sealed class Shouting
{
    public string? Text { get; set; }
}
