namespace Cacheme.Benchmarks.Web;

/// <summary>What a run asks for.</summary>
/// <param name="Way">How it is answered.</param>
/// <param name="Size">The page's size.</param>
/// <param name="Body">What the answer must be.</param>
internal sealed record WebTarget(WebWay Way, int Size, byte[] Body)
{
    public string Path => $"/{Way.Path}/{Size}";

    /// <summary>Throws unless it is the page, from where the way says.</summary>
    public void Check(WebResponse response)
    {
        if (!response.BodyIs(Body))
        {
            throw new InvalidDataException($"{Path} is not the page.");
        }

        if (!Way.Fits(response.Head))
        {
            throw new InvalidDataException($"{Path} says {response.Head.TrimEnd().ReplaceLineEndings(", ")}.");
        }
    }

    /// <summary>Throws unless it is as long as the page: what each response is worth while time is taken.</summary>
    public void CheckLength(WebResponse response)
    {
        if (response.BodyLength != Body.Length)
        {
            throw new InvalidDataException($"{Path} has {response.BodyLength} bytes in place of {Body.Length}.");
        }
    }
}
