using System.Diagnostics.CodeAnalysis;

namespace Cacheme;

/// <summary>An answer that may be "nothing there", which is not the same as a cached null.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="Found">Whether there is a value.</param>
/// <param name="Value">The value; meaningless when there is none.</param>
public readonly record struct CacheLookup<TValue>(bool Found, TValue Value)
{
    /// <summary>Nothing there.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "The type argument is what a caller has at hand.")]
    public static CacheLookup<TValue> None => default;

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    public bool TryGetValue([MaybeNullWhen(false)] out TValue value)
    {
        value = Value;
        return Found;
    }
}
