namespace Cacheme.Hybrid;

/// <summary>A value of a <see cref="Microsoft.Extensions.Caching.Hybrid.HybridCache"/>, which knows its own type. Null is a value too.</summary>
internal abstract class HybridItem
{
    /// <summary>What a local tier keeps of it.</summary>
    public abstract HybridItem Kept { get; }

    /// <summary>Serializes the value where callers get copies, before anybody gets it and could change it.</summary>
    /// <exception cref="Exception">What the serializer throws.</exception>
    public abstract void Prepare();
}
