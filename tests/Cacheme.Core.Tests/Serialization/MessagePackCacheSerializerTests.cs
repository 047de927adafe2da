using Cacheme.Serialization;
using MessagePack;

namespace Cacheme.Tests.Serialization;

public sealed class MessagePackCacheSerializerTests
{
    private static readonly ICacheSerializer Serializer = CacheSerializers.MessagePack;

    [Fact]
    public void Names_AreNotChanged()
    {
        Assert.Equal("msgpack", CacheSerializers.MessagePack.Name);
        Assert.Equal("msgpack-attributed", CacheSerializers.MessagePackAttributed.Name);
    }

    [Fact]
    public void RoundTrip_StateBehindAReadOnlyProperty_IsKept()
    {
        var cart = new Cart();
        cart.Add("tea");

        Assert.Equal(["tea"], Serializer.RoundTrip(cart).Items);
    }

    [Fact]
    public void Serialize_AttributedType_GoesByItsAttributes() =>
        Assert.Equal([0x91, 7], Serializer.ToBytes(new Attributed { Number = 7 }));

    [Fact]
    public void Serialize_AttributedTypeThatIsNotPublic_GoesByItsAttributes() =>
        Assert.Equal([0x91, 7], CacheSerializers.MessagePackAttributed.ToBytes(new Hidden { Number = 7 }));

    [Fact]
    public void Serialize_AttributedWantedAndNoneThere_IsRefused() =>
        Assert.Throws<MessagePackSerializationException>(() => CacheSerializers.MessagePackAttributed.ToBytes(new Tree([])));

    [Fact]
    public void RoundTrip_Union_IsTheSame() => Assert.Equal(new Circle(2), Serializer.RoundTrip<IShape>(new Circle(2)));

    [Fact]
    public void Serialize_InterfaceWithoutUnion_IsRefused() =>
        Assert.Throws<MessagePackSerializationException>(() => Serializer.ToBytes<IBare>(new Bare()));

    [Fact]
    public void Deserialize_DeeplyNestedValue_Throws() => AssertThrows<Tree>(Nested([0x81, 0xA4, .. "Kids"u8, 0x91], [0xC0]));

    [Fact]
    public void Deserialize_DeeplyNestedObject_Throws() => AssertThrows<object>(Nested([0x91], [0xC0]));

    [Fact]
    public void Deserialize_DeeplyNestedUnknownMember_DoesNotEndTheProcess()
    {
        byte[] bytes = [0x82, 0xA1, (byte)'x', .. Nested([0x91], [0xC0]), 0xA4, .. "Kids"u8, 0x90];

        // Either is right: to skip it without a stack, or to refuse it.
        var failure = Record.Exception(() => Serializer.Deserialize<Tree>(bytes));

        Assert.True(failure is null or MessagePackSerializationException, failure?.ToString());
    }

    [Fact]
    public void Deserialize_DeclaredLengthsWithoutContent_ThrowsAndAllocatesLittle()
    {
        byte[][] attacks =
        [
            [0xDD, 0x7F, 0xFF, 0xFF, 0xFF], // an array
            [0xDF, 0x7F, 0xFF, 0xFF, 0xFF], // a map
            [0xDB, 0x7F, 0xFF, 0xFF, 0xFF], // a text
            [0xC6, 0x7F, 0xFF, 0xFF, 0xFF], // bytes
            [0xC9, 0x7F, 0xFF, 0xFF, 0xFF, 0x63], // an extension, compressed with LZ4
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var attack in attacks)
        {
            AssertThrows<int[]>(attack);
            AssertThrows<List<string>>(attack);
            AssertThrows<Dictionary<string, int>>(attack);
            AssertThrows<string>(attack);
            AssertThrows<byte[]>(attack);
            AssertThrows<object>(attack);
            AssertThrows<Tree>(attack);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
    }

    [Fact]
    public void Deserialize_DictionaryWhoseKeysCannotBeHashedSafely_Throws()
    {
        var bytes = Serializer.ToBytes(new Dictionary<(int, int), int> { [(1, 2)] = 3 });

        AssertThrows<Dictionary<(int, int), int>>(bytes);
    }

    private static void AssertThrows<T>(byte[] bytes) =>
        Assert.Throws<MessagePackSerializationException>(() => Serializer.Deserialize<T>(bytes));

    private static byte[] Nested(byte[] level, byte[] core) =>
        [.. Enumerable.Repeat(level, 100_000).SelectMany(bytes => bytes), .. core];

    internal sealed record Tree(List<Tree> Kids);

    internal sealed class Cart
    {
        private readonly List<string> _items = [];

        public IReadOnlyList<string> Items => _items;

        public void Add(string item) => _items.Add(item);
    }

    [MessagePackObject]
    public sealed class Attributed
    {
        private readonly int _derived = 1;

        [Key(0)]
        public int Number { get; set; }

        public int Sum() => Number + _derived;
    }

    [MessagePackObject]
    internal sealed class Hidden
    {
        [Key(0)]
        public int Number { get; set; }
    }

    [Union(0, typeof(Circle))]
    public interface IShape;

    [MessagePackObject]
    public sealed record Circle([property: Key(0)] int Radius) : IShape;

    internal interface IBare;

    internal sealed class Bare : IBare;
}
