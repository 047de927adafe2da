using System.Globalization;

namespace Cacheme.Tests.Keys;

public sealed class NodeKeyTests
{
    private const string Expected =
        "-1|-1|1.5|-79228.50|2024-06-30T23:59:58.0000000|06/30/2024|00000000-0000-0000-0000-000000000001|Friday|True|-1.02:03:04|-7||"
        + "|x|1E+300|-Infinity|NaN|-9223372036854775808|2024-06-30T23:59:58.0000000+02:00|(-1, 1.5)|Point { X = -1, Y = 1.5 }|text|<null>";

    private static readonly CultureInfo Hostile = MakeHostile();

    private sealed class Named(string name)
    {
        public override string ToString() => name;
    }

    public static TheoryData<string> Cultures => ["", "sv-SE", "de-DE", "fa-IR", "ar-SA", "th-TH", "tr-TR", "hostile"];

    private enum Size
    {
        Small = -1,
        Large = 1,
    }

    // Signs, separators, digits, calendars and letter cases of its own: what no server has, but a container may come close to.
    private static CultureInfo MakeHostile()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus";
        culture.NumberFormat.NumberDecimalSeparator = "comma";
        culture.NumberFormat.NegativeInfinitySymbol = "down";
        culture.NumberFormat.NaNSymbol = "nothing";
        culture.DateTimeFormat.DateSeparator = "'";
        culture.DateTimeFormat.ShortDatePattern = "yyyy";
        culture.DateTimeFormat.LongTimePattern = "HH";
        return culture;
    }

    private static string Text(NodeKey key)
    {
        var text = key.ToString();
        Assert.True(key.Text.SequenceEqual(text));
        key.Release();
        return text;
    }

    // Whoever chooses one part must not reach what stands under another one's.
    [Fact]
    public void Key_OfAnyTexts_IsOfNoOthers()
    {
        string[] parts = ["", "a", "b", ":", "%", ",", "3", "A"];
        var texts = (from first in parts from second in parts from third in parts select first + second + third).Distinct().ToList();
        Func<string, string, string>[] keys =
        [
            static (one, other) => Text($"{one}:{other}"),
            static (one, other) => Text($"{one}{other}"),
            static (one, other) => Text($"x:{one}:1:{other}:v"),
            static (one, other) => Text($"{one}{5}{other}"),
            static (one, other) => Text($"{one,4}:{other}"),
            static (one, other) => Text($"{one.AsSpan()}%{other}"),
            static (one, other) => Text($"{new Named(one)}:{other}"),
        ];

        Assert.All(keys, key => Assert.Equal(texts.Count * texts.Count, texts.SelectMany(one => texts.Select(other => key(one, other))).Distinct().Count()));
    }

    [Fact]
    public void Key_OfTextsWithoutTheSeparator_IsAsItIsWritten()
    {
        Assert.Equal("search:ada lovelace:100% of it:v1", Text($"search:{"ada lovelace"}:100% of it:v1"));
        Assert.Equal("auth0|12:a/b?c=%3A:", Text($"{"auth0|12"}:{"a/b?c=:"}:"));
        Assert.Equal("a:b:c", Text($"a:{"b:c"}"));
        Assert.Equal("2024-06-30T23:59:58.0000000:x", Text($"{new DateTime(2024, 6, 30, 23, 59, 58)}:x"));
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Key_AnyCulture_IsTheSame(string name)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = name == "hostile" ? Hostile : CultureInfo.GetCultureInfo(name);
        try
        {
            var moment = new DateTime(2024, 6, 30, 23, 59, 58);
            int? number = -7;
            int? noNumber = null;
            string? noText = null;

            Assert.Equal(Expected, Text(
                $"{-1}|{(short)-1}|{1.5}|{-79228.50m}|{moment}|{DateOnly.FromDateTime(moment)}|{new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)}|{DayOfWeek.Friday}|{true}|{new TimeSpan(-1, -2, -3, -4)}|{number}|{noNumber}|{noText}|{'x'}|{1e300}|{double.NegativeInfinity}|{double.NaN}|{long.MinValue}|{new DateTimeOffset(moment, TimeSpan.FromHours(2))}|{(-1, 1.5)}|{new Point(-1, 1.5)}|{"text"}|{new Silent()}<null>"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Key_ValueWhoseTextTheCultureChanges_LeavesTheCultureAlone()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Hostile;
        try
        {
            Text($"{new Point(-1, 1.5)}");
            Assert.Same(Hostile, CultureInfo.CurrentCulture);
            Assert.Throws<NotSupportedException>(() => Text($"{new Throwing()}"));
            Assert.Same(Hostile, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Key_AlignmentAndFormat_AreThoseOfInterpolation()
    {
        int? nothing = null;

        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"[{7,5}|{7,-5}|{7:D3}|{7,5:D3}|{-7,-6:D3}|{123456,3}|{"ab",4}|{"ab",-4}|{1.25:F1}|{nothing,3}|{DayOfWeek.Friday:D}|{255:x4}|{1,0}]"),
            Text($"[{7,5}|{7,-5}|{7:D3}|{7,5:D3}|{-7,-6:D3}|{123456,3}|{"ab",4}|{"ab",-4}|{1.25:F1}|{nothing,3}|{DayOfWeek.Friday:D}|{255:x4}|{1,0}]"));
    }

    [Fact]
    public void Key_AlignmentOverTheBuffer_Grows() =>
        Assert.Equal(new string(' ', 4_999) + "7%,x" + new string(' ', 4_999), Text($"{7,5000}{"x",-5000}"));

    [Fact]
    public void Key_InsideAnotherKey_IsPartOfIt()
    {
        var other = new UserNode(42);

        Assert.Equal("user:42:x:user:42", Text($"{other.Key}:x:{other.Key}"));
        Assert.Equal("name:a%3Ab:x", Text($"{(NodeKey)$"name:{"a:b"}"}:x"));
        Assert.Equal("name%3Aa:x", Text($"{(NodeKey)"name:a"}:x"));
    }

    [Fact]
    public void Key_OfAString_IsTheString()
    {
        Assert.Equal("user", Text("user"));
        Assert.Equal("", Text((string?)null));
        Assert.Equal("", Text(""));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void Key_LongPart_Grows(int length)
    {
        var part = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

        Assert.Equal($"{part}%,7%,{part}%,{part}", Text($"{part}{7}{part}{part.AsSpan()}"));
    }

    [Fact]
    public void Key_ManySmallParts_Grow()
    {
        var key = new NodeKey(0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            key.AppendFormatted(i);
            key.AppendLiteral(",");
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},"))), Text(key));
    }

    [Fact]
    public void Key_TypesOfTheApplication_FormatThemselves()
    {
        Assert.Equal("span:N2:;" + new string('y', 1000), Text($"{new Spanned("span"):N2};{new Spanned(new string('y', 1000), Bare: true)}"));
        Assert.Equal("formattable:N2:;formattable::", Text($"{new Formatted():N2};{new Formatted()}"));
        Assert.Equal("plain;plain", Text($"{new Plain()};{new Plain():ignored}"));
        Assert.Equal("Small;5", Text($"{Size.Small};{(Size)5}"));
    }

    [Fact]
    public void Key_Sequence_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Text($"{new int[2]}"));
        Assert.Throws<ArgumentException>(() => Text($"{new List<int> { 1 }}"));
        Assert.Throws<ArgumentException>(() => Text($"{new Dictionary<int, int>()}"));
        Assert.Throws<ArgumentException>(() => Text($"{(object)new byte[3]}"));
        Assert.Throws<ArgumentException>(() => Text($"{"ab".Where(char.IsLetter),5}"));
    }

    [Fact]
    public void Key_TypeWithoutATextOfItsOwn_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Text($"{new object()}"));
        Assert.Throws<ArgumentException>(() => Text($"{new Mute()}"));
        Assert.Throws<ArgumentException>(() => Text($"{new Mute<int>(),5}"));
    }

    [Fact]
    public void Key_TwoAtOnceOnOneThread_DoNotMix()
    {
        NodeKey first = $"first:{1}";
        NodeKey second = $"second:{2}";
        NodeKey third = $"third:{third3()}";

        Assert.Equal("first:1", first.ToString());
        Assert.Equal("second:2", second.ToString());
        Assert.Equal("third:inner:3", third.ToString());
        second.Release();
        NodeKey fourth = $"fourth:{4}";
        first.Release();
        NodeKey fifth = $"fifth:{5}";

        Assert.Equal("third:inner:3", third.ToString());
        Assert.Equal("fourth:4", fourth.ToString());
        Assert.Equal("fifth:5", fifth.ToString());

        static string third3() => Text($"inner:{3}");
    }

    [Fact]
    public void Key_AfterALongerOne_HoldsNothingOfIt()
    {
        Text($"{new string('x', 200)}");

        Assert.Equal("a%,b", Text($"{"a"}{"b"}"));
        Assert.Equal("", Text($"{""}"));
    }

    [Fact]
    public void Key_AfterAFailedOne_IsWhole()
    {
        Assert.Throws<NotSupportedException>(() => Text($"lost:{new Throwing()}"));

        Assert.Equal("a:1", Text($"a:{1}"));
    }

#if !DEBUG // Only the optimizing compiler removes the box around a value type.
    [Fact]
    public void Key_BuiltAndReleased_AllocatesNothing()
    {
        Build(1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var length = Build(10_000);

        // A collection meanwhile may charge the thread with what is left of its 8 KiB; an object a key would be far over that.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.True(length > 0);

        static int Build(int times)
        {
            var length = 0;
            for (var i = 0; i < times; i++)
            {
                NodeKey key = $"user:{i}:{"info"}:{Guid.Empty}:{1.5}";
                length += key.Text.Length;
                key.Release();
            }

            return length;
        }
    }
#endif

    [Fact]
    public void Key_MomentsThatDifferByAFraction_StayApart()
    {
        var noon = new DateTime(2024, 6, 30, 12, 0, 0, DateTimeKind.Utc);
        DateTime? maybe = noon;

        Assert.NotEqual(Text($"{noon}"), Text($"{noon.AddTicks(1)}"));
        Assert.NotEqual(Text($"{noon}"), Text($"{DateTime.SpecifyKind(noon, DateTimeKind.Unspecified)}"));
        Assert.NotEqual(Text($"{new DateTimeOffset(noon)}"), Text($"{new DateTimeOffset(noon).AddTicks(1)}"));
        Assert.NotEqual(Text($"{new TimeOnly(3, 4, 5)}"), Text($"{new TimeOnly(3, 4, 6)}"));
        Assert.Equal(Text($"{noon}"), Text($"{maybe}"));
        Assert.Equal("2024", Text($"{noon:yyyy}"));
    }

    [Fact]
    public void Key_LongOneReleased_IsNotKept()
    {
        Text($"{new string('x', 100_000)}");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Text($"{new string('y', 2_000)}");

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before > 4_000);
    }

    [Fact]
    public async Task Key_ManyThreads_DoNotMix() => await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
    {
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{thread}:{i}"), Text($"{thread}:{i}"));
        }
    })));

    private sealed record UserNode(int UserId) : Node<string>
    {
        public override NodeKey Key => $"user:{UserId}";
    }

    private readonly record struct Point(int X, double Y);

    private sealed class Silent
    {
        public override string? ToString() => null;
    }

    private sealed class Plain
    {
        public override string ToString() => "plain";
    }

    private sealed class Throwing
    {
        public override string ToString() => throw new NotSupportedException();
    }

    private sealed class Mute;

    private sealed class Mute<T>;

    private sealed class Formatted : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider) =>
            $"formattable:{format}:{(formatProvider == CultureInfo.InvariantCulture ? "" : "culture")}";
    }

    private readonly record struct Spanned(string Name, bool Bare = false) : ISpanFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider) => throw new NotSupportedException();

        public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            var text = Bare ? Name : $"{Name}:{format}:{(provider == CultureInfo.InvariantCulture ? "" : "culture")}";
            charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
            return charsWritten == text.Length;
        }
    }
}
