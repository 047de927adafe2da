using System.Buffers;

namespace Cacheme.Serialization;

/// <summary>A growing array that a serializer writes into. What was written can still be changed, and is bounded.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    private const int SmallestSpan = 256;

    private byte[] _bytes;
    private int _length;
    private int _limit = int.MaxValue;

    public ByteBuffer(int capacity) => _bytes = new byte[capacity];

    public int Length => _length;

    /// <summary>Whether somebody tried to write more than was allowed.</summary>
    public bool IsOverLimit { get; private set; }

    public Span<byte> WrittenSpan => _bytes.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Allows so many bytes more, from here on.</summary>
    public void LimitTo(int count) => _limit = (int)Math.Min(int.MaxValue, (long)_length + count);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        if (count > _limit - _length)
        {
            IsOverLimit = true;
            throw new InvalidOperationException("The value's bytes are more than the limit allows.");
        }

        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _bytes.AsSpan(_length);
    }

    private void EnsureFree(int count)
    {
        count = Math.Max(count, 1);
        if (_bytes.Length - _length >= count)
        {
            return;
        }

        // More than was asked for, or what follows a large value would have it copied once more.
        var wanted = Math.Max((long)_length + count + SmallestSpan, 2L * _bytes.Length);
        Array.Resize(ref _bytes, (int)Math.Min(wanted, Array.MaxLength));
    }
}
