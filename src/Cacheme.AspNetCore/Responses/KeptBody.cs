namespace Cacheme.AspNetCore.Responses;

/// <summary>A body that is kept for one endpoint, in one form.</summary>
/// <param name="Endpoint">Whose it is: another endpoint may write the same value another way.</param>
/// <param name="Form">What the clients accept, where the endpoint asks them; else the type that the value was written as.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptBody(object Endpoint, string Form, Body Body)
{
    // Besides the bytes: the objects and strings around them.
    private const int Overhead = 256;

    private bool _isUsed;

    /// <summary>What was told of it last; null for nothing yet. Whoever tells something else puts that here: it does not matter who is last.</summary>
    public ToldHeaders? Told { get; set; }

    /// <summary>What it takes of memory, in bytes.</summary>
    public int Size { get; } = Body.Bytes.Length + (Form.Length * sizeof(char)) + Overhead;

    /// <summary>Whether it is the one that an endpoint made in this form.</summary>
    public bool IsFor(object endpoint, string form) => Endpoint == endpoint && Form == form;

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
