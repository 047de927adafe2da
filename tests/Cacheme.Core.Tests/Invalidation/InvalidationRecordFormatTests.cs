using Cacheme.Invalidation;
using CsCheck;

namespace Cacheme.Tests.Invalidation;

public sealed class InvalidationRecordFormatTests
{
    private static readonly InvalidationRecord Record = new(
        1, 2, 1000, [InvalidationGroup.OfKeys("User", ["user:1", "\u00E9:2"]) with { Cause = 9, Limit = new KnownLimit(7, 3) }, new InvalidationGroup(InvalidationScope.Node, "Other", [])]);

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        Assert.True(InvalidationRecordFormat.TryRead(InvalidationRecordFormat.Write(Record).Span, out var read));

        Assert.Equal((1, 2, 1000), (read.Origin, read.Number, read.SentAt));
        Assert.Equal(["User", "Other"], read.Groups.Select(group => group.Node));
        Assert.Equal((9, new KnownLimit(7, 3)), (read.Groups[0].Cause, read.Groups[0].Limit));
        Assert.Equal(["user:1", "\u00E9:2"], read.Groups[0].Names);
        Assert.Equal([InvalidationScope.Keys, InvalidationScope.Node], read.Groups.Select(group => group.Scope));
    }

    [Fact]
    public void Read_ALaterVersion_IsRefused()
    {
        var bytes = InvalidationRecordFormat.Write(Record).ToArray();
        bytes[0] = 2;

        Assert.False(InvalidationRecordFormat.TryRead(bytes, out _));
    }

    [Fact]
    public void Read_AScopeToCome_IsRefused()
    {
        var record = new InvalidationRecord(1, 2, 3, [new InvalidationGroup((InvalidationScope)5, "User", ["user:1"])]);

        Assert.False(InvalidationRecordFormat.TryRead(InvalidationRecordFormat.Write(record).Span, out _));
    }

    [Fact]
    public void Read_CutOff_IsRefused()
    {
        var bytes = InvalidationRecordFormat.Write(Record);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(InvalidationRecordFormat.TryRead(bytes.Span[..length], out _), $"{length} bytes");
        }
    }

    [Fact]
    public void Read_MoreBehindIt_IsRead()
    {
        byte[] bytes = [.. InvalidationRecordFormat.Write(Record).ToArray(), 1, 2, 3];

        Assert.True(InvalidationRecordFormat.TryRead(bytes, out var read));
        Assert.Equal(2, read.Groups.Count);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var valid = InvalidationRecordFormat.Write(Record).ToArray();
        Gen.Byte.Array[0, 200].Select(Gen.Int[0, valid.Length - 1]).Sample((bytes, place) =>
        {
            InvalidationRecordFormat.TryRead(bytes, out _);
            byte[] spoilt = [.. valid[..place], .. bytes];
            InvalidationRecordFormat.TryRead(spoilt, out _);
        }, iter: 100_000);
    }

    [Fact]
    public void Split_ManyKeys_EachPieceFitsAndNothingIsLost()
    {
        List<string> keys = [.. Enumerable.Range(0, 5000).Select(i => $"cacheme:user:{i}:{new string('x', 100)}")];

        var pieces = InvalidationRecordFormat.Split(
            [InvalidationGroup.OfKeys("A", keys) with { Limit = KnownLimit.Of(5) }, new InvalidationGroup(InvalidationScope.Memory, "B", []), InvalidationGroup.OfKeys("C", ["c"])]).ToList();

        Assert.All(pieces, piece => Assert.InRange(InvalidationRecordFormat.Write(new InvalidationRecord(1, 1, 1, piece)).Length, 1, 64 * 1024));
        var groups = pieces.SelectMany(piece => piece).ToList();
        Assert.Equal(keys, groups.Where(group => group.Node == "A").SelectMany(group => group.Names));
        Assert.All(groups.Where(group => group.Node == "A"), group => Assert.Equal(KnownLimit.Of(5), group.Limit));
        Assert.Single(groups, group => group is { Node: "B", Scope: InvalidationScope.Memory });
        Assert.Single(groups, group => group.Node == "C");
    }
}
