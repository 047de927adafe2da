using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cacheme.Serialization;
using CsCheck;

namespace Cacheme.Tests.Serialization;

/// <summary>What holds for every serializer.</summary>
public sealed class CacheSerializersTests
{
    // Shows the kind of a DateTime, the scale of a decimal and the offset of a DateTimeOffset, as equality does not.
    private static readonly JsonSerializerOptions Picture = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly Dictionary<string, ICacheSerializer> ForAnyType = new ICacheSerializer[]
    {
        CacheSerializers.MessagePack,
        CacheSerializers.Json,
        CacheSerializers.JsonWith(new JsonSerializerOptions(Picture) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }),
        CacheSerializers.MessagePack.Compressed(threshold: 0),
        CacheSerializers.Json.Compressed(),
    }.ToDictionary(serializer => serializer.Name);

    private static readonly Dictionary<string, ICacheSerializer> All = ForAnyType.Values.Concat(
    [
        CacheSerializers.MessagePackAttributed,
        CacheSerializers.JsonWith(SampleContext.Default),
        CacheSerializers.MessagePackAttributed.Compressed(),
        CacheSerializers.JsonWith(SampleContext.Default).Compressed(threshold: 0),
    ]).ToDictionary(serializer => serializer.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> NamesForAnyType => [.. ForAnyType.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void RoundTrip_AnySample_IsTheSame(string name) =>
        Samples.Any.Sample(sample => Shows(sample) == Shows(All[name].RoundTrip(sample)), iter: 1_000);

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void RoundTrip_TypesThatAreNotPublic_AreTheSame(string name) =>
        Samples.Plain.Sample(sample => Shows(sample) == Shows(ForAnyType[name].RoundTrip(sample)), iter: 300);

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void RoundTrip_TypesAtTheTop_AreTheSame(string name)
    {
        var serializer = ForAnyType[name];

        Assert.Equal(42, serializer.RoundTrip(42));
        Assert.Equal(42, serializer.RoundTrip<int?>(42));
        Assert.Equal("text", serializer.RoundTrip("text"));
        Assert.Equal(1.50m.ToString(CultureInfo.InvariantCulture), serializer.RoundTrip(1.50m).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(DayOfWeek.Friday, serializer.RoundTrip(DayOfWeek.Friday));
        Assert.Equal([1, 2, 3], serializer.RoundTrip<IReadOnlyList<int>>([1, 2, 3]));
        Assert.Equal(["a", "b"], serializer.RoundTrip<HashSet<string>>(["a", "b"]));
        Assert.Equal((1, "x", 2.5), serializer.RoundTrip((1, "x", 2.5)));
        Assert.Equal("k\u00E9y:\u4E2D\u6587:\U0001F600", serializer.RoundTrip("k\u00E9y:\u4E2D\u6587:\U0001F600"));
        Assert.Equal(double.NegativeInfinity, serializer.RoundTrip(double.NegativeInfinity));
        Assert.Equal(2, serializer.RoundTrip(new Dictionary<string, int[]> { ["a"] = [1, 2] })["a"][1]);
    }

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void RoundTrip_DateTime_KeepsItsKind(string name)
    {
        foreach (var kind in Enum.GetValues<DateTimeKind>())
        {
            var moment = new DateTime(2024, 6, 30, 23, 59, 58, kind).AddTicks(1_234_567);
            var read = ForAnyType[name].RoundTrip(moment);

            Assert.Equal(moment, read);
            Assert.Equal(kind, read.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_CutOff_ThrowsOrIsTheSame(string name)
    {
        var sample = Samples.Any.Single();
        var bytes = All[name].ToBytes(sample);

        Assert.All(Enumerable.Range(0, bytes.Length), length => AssertThrowsOrIsTheSame(name, sample, bytes[..length]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_BytesBehindTheValue_ThrowsOrIsTheSame(string name)
    {
        var sample = Samples.Any.Single();

        AssertThrowsOrIsTheSame(name, sample, [.. All[name].ToBytes(sample), 1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_Rubbish_TakesLittleMemory(string name) => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        // A few bytes may happen to be a value, so that nothing is said about whether this throws.
        Record.Exception(() => All[name].Deserialize<Sample>(bytes));

        return GC.GetAllocatedBytesForCurrentThread() - before < 2 * 1024 * 1024;
    });

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void Deserialize_NullInTheBytes_Throws(string name)
    {
        byte[] mark = name.EndsWith("+zlib", StringComparison.Ordinal) ? [0] : [];
        byte[] bytes = name.StartsWith("json", StringComparison.Ordinal) ? "null"u8.ToArray() : [0xC0];

        Assert.Throws<InvalidDataException>(() => ForAnyType[name].Deserialize<PlainSample>((byte[])[.. mark, .. bytes]));
    }

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void Serialize_ValueThatRefersToItself_Throws(string name)
    {
        var loop = new Loop();
        loop.Next = loop;

        Assert.ThrowsAny<Exception>(() => ForAnyType[name].ToBytes(loop));
    }

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void Serialize_ObjectMember_WritesNoTypeName(string name)
    {
        var bytes = ForAnyType[name].ToBytes(new Holder(new Loop()));

        Assert.DoesNotContain(nameof(Loop), Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.IsNotType<Loop>(ForAnyType[name].Deserialize<Holder>(bytes).Value);
    }

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public void Serialize_Type_IsRefused(string name) =>
        Assert.ThrowsAny<Exception>(() => ForAnyType[name].ToBytes(typeof(Loop)));

    [Theory]
    [MemberData(nameof(NamesForAnyType))]
    public async Task RoundTrip_ManyThreads_IsTheSame(string name)
    {
        var samples = Enumerable.Range(0, 200).Select(i => new Holder(i)).ToArray();

        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => samples.Sum(sample => int.Parse(ForAnyType[name].RoundTrip(sample).Value!.ToString()!, CultureInfo.InvariantCulture)))));

        Assert.All(sums, sum => Assert.Equal(199 * 200 / 2, sum));
    }

    // .NET's zlib reads neither the stream's own checksum, if that is cut off, nor what comes after it.
    private static void AssertThrowsOrIsTheSame(string name, Sample sample, byte[] bytes)
    {
        Sample? read = null;
        var failure = Record.Exception(() => read = All[name].Deserialize<Sample>(bytes));

        Assert.True(failure is not null || (name.EndsWith("+zlib", StringComparison.Ordinal) && Shows(read) == Shows(sample)));
    }

    private static string Shows<T>(T value) => JsonSerializer.Serialize(value, Picture);

    internal sealed class Loop
    {
        public Loop? Next { get; set; }
    }

    internal sealed record Holder(object? Value);
}
