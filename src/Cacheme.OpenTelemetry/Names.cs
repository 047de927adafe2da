namespace Cacheme.OpenTelemetry;

/// <summary>What the core calls its meter and its source of spans.</summary>
internal static class Names
{
    public const string Cacheme = "Cacheme";
}
