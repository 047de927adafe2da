using System.Collections.Concurrent;

namespace Cacheme.AspNetCore.Results;

/// <summary>Which <c>Ok</c> a handler's values are put into: that of the type which it declares them as. Thread-safe.</summary>
/// <param name="declared">The type; null where the handler's signature leaves it open, as <c>IResult</c> does.</param>
internal sealed class DeclaredOk<TValue>(Type? declared)
{
    private readonly OkOf<TValue>? _declared = declared is null ? null : OkOf<TValue>.Of(declared);

    // By the values' own types, as the handler has answered with them.
    private readonly ConcurrentDictionary<Type, OkOf<TValue>> _seen = [];

    /// <summary>How a value is written: where that is open, as the handler has written others of its type; else as the node's.</summary>
    public OkOf<TValue> For(TValue value) =>
        _declared ?? (value is not null && _seen.TryGetValue(value.GetType(), out var seen) ? seen : OkOf<TValue>.Node);

    /// <summary>Notes what the handler has put a value into. When it does not do the same each time, hits are written as the node's, all of them.</summary>
    public void Note(TValue value, Type ok)
    {
        if (_declared is null && value is not null)
        {
            _seen.AddOrUpdate(value.GetType(), static (_, okType) => OkOf<TValue>.Of(okType), static (_, seen, okType) => seen.Declared == okType ? seen : OkOf<TValue>.Node, ok);
        }
    }
}
