namespace Cacheme.AspNetCore.Responses;

/// <summary>A body that is kept for one endpoint, and for clients that accept the same.</summary>
/// <param name="Endpoint">Whose it is: another endpoint may write the same value another way.</param>
/// <param name="Accept">What the clients accept, where the endpoint asks them.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptBody(object Endpoint, string Accept, Body Body)
{
    // Besides the bytes: the objects and strings around them.
    private const int Overhead = 256;

    /// <summary>What was told of it last; null for nothing yet. Whoever tells something else puts that here: it does not matter who is last.</summary>
    public ToldHeaders? Told { get; set; }

    /// <summary>What it takes of memory, in bytes.</summary>
    public int Size { get; } = Body.Bytes.Length + (Accept.Length * sizeof(char)) + Overhead;
}
