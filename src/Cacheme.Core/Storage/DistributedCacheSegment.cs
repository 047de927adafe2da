using System.Buffers;

namespace Cacheme.Storage;

/// <summary>A piece of a sequence of bytes.</summary>
internal sealed class DistributedCacheSegment : ReadOnlySequenceSegment<byte>
{
    public DistributedCacheSegment(ReadOnlyMemory<byte> bytes) => Memory = bytes;

    /// <summary>Puts a piece behind this one, and returns it.</summary>
    public DistributedCacheSegment Append(ReadOnlyMemory<byte> bytes)
    {
        var next = new DistributedCacheSegment(bytes) { RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }
}
