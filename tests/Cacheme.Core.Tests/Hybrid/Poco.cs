namespace Cacheme.Tests.Hybrid;

/// <summary>A value that callers can change.</summary>
internal sealed class Poco
{
    public string? Text { get; set; }

    public int Number { get; set; }
}
