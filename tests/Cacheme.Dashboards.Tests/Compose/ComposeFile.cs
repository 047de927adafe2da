namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>compose.yml.</summary>
internal sealed record ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; init; } = [];
}
