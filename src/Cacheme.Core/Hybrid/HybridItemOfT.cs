namespace Cacheme.Hybrid;

/// <summary>A value of one type: the value itself, or its bytes, or both while the value has not been handed out yet.</summary>
/// <remarks>
/// What callers may change is serialized once, when it was brought. A value that was read goes to the first who takes it; everybody
/// else gets a copy of his own, also of what a load brought, which may keep it. Thread-safe once it is prepared.
/// </remarks>
internal sealed class HybridItem<T> : HybridItem
{
    private readonly HybridType<T> _type;
    private readonly bool _hasValue;
    private ReadOnlyMemory<byte>? _bytes;
    private int _isTaken;
    private int _isGivenAway;

    /// <summary>Makes one of a value that was brought.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="value">The value.</param>
    /// <param name="bytes">Its bytes, where there are any already.</param>
    /// <param name="isTaken">Whether somebody has the value already, as the one who gave it or the load that made it.</param>
    public HybridItem(HybridType<T> type, T value, ReadOnlyMemory<byte>? bytes = null, bool isTaken = false)
    {
        _type = type;
        Value = value;
        _hasValue = true;
        _bytes = bytes;
        _isTaken = isTaken ? 1 : 0;
    }

    private HybridItem(HybridType<T> type, ReadOnlyMemory<byte> bytes)
    {
        _type = type;
        Value = default!; // Not read: it has bytes only.
        _bytes = bytes;
    }

    /// <summary>The value; its default where only bytes are kept.</summary>
    public T Value { get; }

    public override HybridItem Kept => _bytes is { } bytes && _hasValue ? new HybridItem<T>(_type, bytes) : this;

    /// <summary>The value's bytes; null where the value itself is kept.</summary>
    public ReadOnlyMemory<byte>? Bytes => _bytes;

    public override void Prepare()
    {
        if (_bytes is null && !_type.IsImmutable && Value is not null)
        {
            _bytes = _type.Serialize(Value);
        }
    }

    /// <summary>Reads the value that one caller gets of a kept item. False when its bytes cannot be read.</summary>
    public bool TryGet(out T value)
    {
        value = Value;
        return _bytes is not { } bytes || _type.TryDeserialize(bytes, out value);
    }

    /// <summary>Makes an item of the caller's own. False when its bytes cannot be read.</summary>
    public bool TryOwn(out HybridItem<T> own)
    {
        own = this;
        if (_bytes is not { } bytes || (_hasValue && Interlocked.Exchange(ref _isTaken, 1) == 0))
        {
            return true;
        }

        if (!_type.TryDeserialize(bytes, out var value))
        {
            // What nobody can read back is handed out once all the same.
            return _hasValue && Interlocked.Exchange(ref _isGivenAway, 1) == 0;
        }

        // With the bytes: others may have joined the flight that brings this one.
        own = new HybridItem<T>(_type, value, bytes);
        return true;
    }
}
