namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>A container of compose.yml.</summary>
internal sealed record ComposeService
{
    public string Image { get; init; } = "";

    public Dictionary<string, string> Build { get; init; } = [];

    public List<string> Command { get; init; } = [];

    public Dictionary<string, string> Environment { get; init; } = [];

    public List<string> Ports { get; init; } = [];

    public List<string> Volumes { get; init; } = [];

    public List<string> DependsOn { get; init; } = [];
}
