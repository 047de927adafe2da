using System.Text;
using Cacheme.Nodes;

namespace Cacheme.Tests.Keys;

public sealed class KeyFormatFuzzTests
{
    private const int Seed = 20_260_102;
    private const int Inputs = 1_000_000;
    private const int Batch = 10_000;
    private const int MaxBytes = 512;

    // A collection in between may charge the thread with what is left of its 8 KiB.
    private const int MostAllocated = 16 * 1024;

    private readonly Random _random = new(Seed);
    private readonly KeyFormat _format = new("node", "prefix", "v1", MaxBytes);
    private readonly char[] _characters = new char[8192];

    public KeyFormatFuzzTests()
    {
        foreach (ref var character in _characters.AsSpan())
        {
            character = (char)_random.Next(_random.Next(8) == 0 ? 65_536 : 128);
        }
    }

    [Fact]
    public void TryFormat_AMillionRandomKeys_NeverThrowsNorAllocates()
    {
        for (var batch = 0; batch < Inputs / Batch; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var fault = FormatBatch();

            Assert.True(fault < 0, $"seed {Seed}, batch {batch}, input {fault}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
    }

    [Fact]
    public void Format_RandomKeys_AreWithinTheLimitOrRefused()
    {
        for (var i = 0; i < 50_000; i++)
        {
            var key = RandomKey();
            try
            {
                var full = _format.Format(key);
                Assert.InRange(Encoding.UTF8.GetByteCount(full), 1, MaxBytes);
                Assert.Equal(full, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(full)));
            }
            catch (ArgumentException error)
            {
                // Refused: empty, too long or half a surrogate pair, and nothing else.
                Assert.Equal("key", error.ParamName);
            }
        }
    }

    private int FormatBatch()
    {
        Span<char> destination = stackalloc char[MaxBytes];
        for (var i = 0; i < Batch; i++)
        {
            var key = RandomKey();
            var fits = _format.TryFormat(key, destination, out var written);
            var expected = "prefix:".Length + key.Length + ":v1".Length;
            if (written != expected || fits != (expected <= MaxBytes)
                || (fits && !(destination.StartsWith("prefix:") && destination[..written].EndsWith(":v1") && destination.Slice("prefix:".Length, key.Length).SequenceEqual(key))))
            {
                return i;
            }
        }

        return -1;
    }

    private ReadOnlySpan<char> RandomKey()
    {
        var length = _random.Next(_random.Next(4) == 0 ? 1024 : 64);
        return _characters.AsSpan(_random.Next(_characters.Length - length), length);
    }
}
