using System.Buffers.Binary;
using System.IO.Hashing;
using Cacheme.Storage;
using Cacheme.Tests.Serialization;

namespace Cacheme.Tests.Storage;

public sealed class EntryReaderFuzzTests
{
    private const int Seed = 20_260_101;
    private const int BatchSize = 1_000;
    private const int Batches = 1_000;

    // A collection meanwhile may charge the thread with what is left of its 8 KiB; one object a read would be far over that.
    private const int MostAllocated = 16 * 1024;

    private const string Key = "cacheme:user:42:\u00E9\u4E2D:v2";
    private const long Now = 2_000;

    private static readonly EntryReader Reader = new("User", new BytesSerializer(), 1000);

    private readonly Random _random = new(Seed);

    private readonly byte[][] _valid =
    [
        new HandmadeEntry { Key = Key }.ToArray(),
        new HandmadeEntry { Key = Key, Payload = new byte[300] }.ToArray(),
        new HandmadeEntry { Key = Key, Payload = [], Flags = 1 }.ToArray(),
        new HandmadeEntry { Key = Key, Tags = ["a", "b"], ExpiresAt = long.MaxValue }.ToArray(),
    ];

    [Fact]
    public void Read_AMillionDamagedEntries_NeverServesThrowsOrAllocates() => ReadAll(
        Damaged, (input, read) => read.Status != EntryStatus.Ok || _valid.Any(valid => valid.AsSpan().SequenceEqual(input)));

    [Fact]
    public void Read_AMillionForgedEntries_NeverThrowsOrAllocates() => ReadAll(
        Forged, (input, read) => read.Payload.IsEmpty || input.AsSpan().Overlaps(read.Payload.Span));

    private void ReadAll(Func<byte[]> make, Func<byte[], EntryRead, bool> isRight)
    {
        var inputs = new byte[BatchSize][];
        var reads = new EntryRead[BatchSize];
        ReadBatch(_valid, reads);
        for (var batch = 0; batch < Batches; batch++)
        {
            for (var i = 0; i < BatchSize; i++)
            {
                inputs[i] = make();
            }

            var allocated = ReadBatch(inputs, reads);

            Assert.True(allocated <= MostAllocated, $"seed {Seed}, batch {batch}: {allocated} bytes allocated");
            for (var i = 0; i < BatchSize; i++)
            {
                Assert.True(isRight(inputs[i], reads[i]), $"seed {Seed}, batch {batch}: {reads[i]} of {Convert.ToHexString(inputs[i])}");
            }
        }
    }

    private static long ReadBatch(byte[][] inputs, EntryRead[] reads)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var i = 0;
        try
        {
            for (; i < inputs.Length; i++)
            {
                reads[i] = Reader.Read(inputs[i], Key, Now);
            }
        }
        catch (Exception exception)
        {
            Assert.Fail($"seed {Seed}: {Convert.ToHexString(inputs[i])} threw {exception}");
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private byte[] Damaged()
    {
        var bytes = _valid[_random.Next(_valid.Length)];
        return _random.Next(5) switch
        {
            0 => Random(_random.Next(200)),
            1 => bytes[.._random.Next(bytes.Length)],
            2 => [.. bytes, .. Random(_random.Next(1, 20))],
            3 => Inserted(bytes),
            _ => Changed(bytes, _random.Next(1, 4)),
        };
    }

    // With a checksum that fits, so that what is behind it is met too.
    private byte[] Forged()
    {
        var bytes = _random.Next(4) switch
        {
            0 => Inserted(_valid[_random.Next(_valid.Length)]),
            1 => [0xCA, 0xCE, 1, 0, .. Random(_random.Next(20, 200))],
            _ => Changed(_valid[_random.Next(_valid.Length)], _random.Next(1, 4)),
        };
        bytes[0] = 0xCA;
        bytes[1] = 0xCE;
        bytes[2] = (byte)(_random.Next(20) == 0 ? 2 : 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        return bytes;
    }

    private byte[] Changed(byte[] bytes, int changes)
    {
        var changed = bytes.ToArray();
        for (; changes > 0; changes--)
        {
            var at = _random.Next(changed.Length);
            // Lengths like to be 0, just under a power of two, or endless.
            changed[at] = _random.Next(3) switch
            {
                0 => (byte)(changed[at] ^ (1 << _random.Next(8))),
                1 => (byte)_random.Next(256),
                _ => _random.GetItems<byte>([0, 0x7F, 0x80, 0xFF], 1)[0],
            };
        }

        return changed;
    }

    private byte[] Inserted(byte[] bytes)
    {
        var at = _random.Next(bytes.Length);
        return [.. bytes.AsSpan(0, at), .. Random(_random.Next(1, 9)), .. bytes.AsSpan(at)];
    }

    private byte[] Random(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
