using System.Diagnostics.CodeAnalysis;
using Cacheme.Local;

namespace Cacheme;

/// <summary>A value with what the cache knows of it: for those who answer others with it, such as HTTP clients.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
public readonly struct CacheAnswer<TValue>
{
    private readonly LocalEntry? _entry;

    internal CacheAnswer(CacheLookup<TValue> lookup, LocalEntry? entry)
    {
        Lookup = lookup;
        _entry = entry;
    }

    /// <summary>The value, or that there is none to share.</summary>
    public CacheLookup<TValue> Lookup { get; }

    /// <summary>The storage that had it; null when it was loaded, or there is none.</summary>
    public string? Storage { get; internal init; }

    /// <summary>Whether another caller's load or read brought it.</summary>
    public bool IsCollapsed { get; internal init; }

    /// <summary>When it was loaded or set, to the second; null where nobody knows.</summary>
    public DateTimeOffset? LoadedAt { get; internal init; }

    /// <summary>How long it stays where it is, unless it is invalidated or evicted; null for as long as there is room, and where nothing was stored.</summary>
    public TimeSpan? TimeToLive { get; internal init; }

    /// <summary>Whether some tier of the chain has it, or is being given it.</summary>
    public bool IsStored { get; internal init; }

    /// <summary>What is kept beside the value in this process's memory; null for nothing.</summary>
    public IDisposable? Companion => _entry?.Companion;

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    public bool TryGetValue([MaybeNullWhen(false)] out TValue value) => Lookup.TryGetValue(out value);

    /// <summary>Keeps something beside the value for as long as it is in this process's memory, such as the bytes made of it.</summary>
    /// <param name="companion">What is kept; disposed once, by whichever thread, when the value is evicted, expires, is replaced or is invalidated.</param>
    /// <returns>False where the value is not in memory, or has a companion: then nothing is kept, and nothing will be disposed.</returns>
    public bool TryKeep(IDisposable companion)
    {
        ArgumentNullException.ThrowIfNull(companion);
        return _entry?.TryKeep(companion) == true;
    }
}
