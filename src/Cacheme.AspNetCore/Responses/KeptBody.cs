namespace Cacheme.AspNetCore.Responses;

/// <summary>A body that is kept for one endpoint, and for clients that accept the same.</summary>
/// <param name="Endpoint">Whose it is: another endpoint may write the same value another way.</param>
/// <param name="Accept">What the clients accept, where the endpoint asks them.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptBody(object Endpoint, string Accept, Body Body)
{
    // Besides the bytes: the objects and strings around them.
    private const int Overhead = 256;

    private bool _isUsed;

    /// <summary>What was told of it last; null for nothing yet. Whoever tells something else puts that here: it does not matter who is last.</summary>
    public ToldHeaders? Told { get; set; }

    /// <summary>What it takes of memory, in bytes.</summary>
    public int Size { get; } = Body.Bytes.Length + (Accept.Length * sizeof(char)) + Overhead;

    /// <summary>Whether it is the one that an endpoint made for clients that accept this.</summary>
    public bool IsFor(object endpoint, string accept) => Endpoint == endpoint && Accept == accept;

    /// <summary>Notes a use. It writes only what is new, so that hits on many cores do not take the line from each other.</summary>
    public void Use()
    {
        if (!Volatile.Read(ref _isUsed))
        {
            Volatile.Write(ref _isUsed, true);
        }
    }

    /// <summary>Whether it was used since this was asked last.</summary>
    public bool TakeUse() => Interlocked.Exchange(ref _isUsed, false);
}
