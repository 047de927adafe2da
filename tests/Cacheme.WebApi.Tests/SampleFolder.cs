namespace Cacheme.WebApi.Tests;

/// <summary>A folder of a test's own.</summary>
internal sealed class SampleFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cacheme-sample-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
