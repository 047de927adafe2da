namespace Cacheme.Storage;

/// <summary>Listening where nobody speaks.</summary>
internal sealed class Silence : IAsyncDisposable
{
    public static Silence Instance { get; } = new();

    public ValueTask DisposeAsync() => default;
}
