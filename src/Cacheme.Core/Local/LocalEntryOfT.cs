namespace Cacheme.Local;

/// <summary>A local entry with its value.</summary>
internal abstract class LocalEntry<TValue> : LocalEntry
{
    private TValue _value;
    private ReadOnlyMemory<byte>? _copy;

    protected LocalEntry(TValue value, ReadOnlyMemory<byte>? copy)
    {
        _value = value;
        _copy = copy;
    }

    /// <summary>Reads the value, or its serialized form where the node hands out copies.</summary>
    /// <returns>False when the entry is dead.</returns>
    public bool TryRead(out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        value = _value;
        copy = _copy;
        // The value is cleared after the mark of death: who sees no mark after reading has read it whole.
        Volatile.ReadBarrier();
        return !IsDead;
    }

    public override bool IsIdle(long now) => _value is IIdleValue value && value.IsIdle(now);

    protected override void Drop()
    {
        _value = default!; // Nobody reads it: the entry is dead.
        _copy = null;
    }
}
