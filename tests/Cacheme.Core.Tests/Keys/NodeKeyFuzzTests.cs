using System.Globalization;

namespace Cacheme.Tests.Keys;

public sealed class NodeKeyFuzzTests
{
    private const int Seed = 20_260_101;
    private const int Inputs = 1_000_000;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly Random _random = new(Seed);

    [Fact]
    public void Key_AMillionRandomValues_IsWhatTheInvariantCultureGives()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fa-IR");
        try
        {
            for (var i = 0; i < Inputs; i++)
            {
                Check(i);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private void Check(int input)
    {
        switch (_random.Next(8))
        {
            case 0:
                var (number, text) = (_random.Next(int.MinValue, int.MaxValue), Text());
                Same(input, $"a:{number}:{text}", string.Create(Invariant, $"a:{number}:{text}"));
                break;
            case 1:
                var (real, single) = (BitConverter.Int64BitsToDouble(Bits()), BitConverter.Int32BitsToSingle((int)Bits()));
                Same(input, $"{real}|{single}", string.Create(Invariant, $"{real}|{single}"));
                break;
            case 2:
                var money = new decimal((int)Bits(), (int)Bits(), (int)Bits(), _random.Next(2) == 0, (byte)_random.Next(29));
                Same(input, $"{money}", string.Create(Invariant, $"{money}"));
                break;
            case 3:
                var moment = new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)_random.Next(2));
                var span = new TimeSpan(Bits());
                Same(input, $"{moment:O}/{moment:yyyy-MM-dd}/{span}", string.Create(Invariant, $"{moment:O}/{moment:yyyy-MM-dd}/{span}"));
                break;
            case 4:
                var (id, flag, day) = (Id(), _random.Next(2) == 0, (DayOfWeek)_random.Next(-2, 9));
                Same(input, $"{id}{flag}{day}{id:N}", string.Create(Invariant, $"{id}%,{flag}%,{day}%,{id:N}"));
                break;
            case 5:
                long? maybe = _random.Next(2) == 0 ? null : Bits();
                string? none = _random.Next(2) == 0 ? null : Text();
                Same(input, $"{maybe}:{none}:{none}", string.Create(Invariant, $"{maybe}:{Escaped(none, ':')}:{none}"));
                break;
            case 6:
                var (padded, word) = ((int)Bits(), Text());
                Same(input, $"{padded,20}{word,-30}{padded,-8:x}", string.Create(Invariant, $"{padded,20}%,{Escaped($"{word,-30}", '%')}%,{padded,-8:x}"));
                break;
            default:
                object boxed = _random.Next(2) == 0 ? Bits() : Text();
                var big = new string('z', _random.Next(600));
                Same(input, $"{boxed}{big}:{big.AsSpan()}", string.Create(Invariant, $"{Escaped(string.Create(Invariant, $"{boxed}"), '%')}%,{big}:{big}"));
                break;
        }
    }

    private static void Same(int input, NodeKey key, string expected)
    {
        if (!key.Text.SequenceEqual(expected))
        {
            Assert.Fail($"seed {Seed}, input {input}: '{key.ToString()}' instead of '{expected}'");
        }

        key.Release();
    }

    private static string? Escaped(string? text, char next) => text?.Replace("%", "%25", StringComparison.Ordinal)
        .Replace(next == '%' ? "%25" : $"{next}", $"%{(int)next:X2}", StringComparison.Ordinal);

    private long Bits() => _random.NextInt64(long.MinValue, long.MaxValue);

    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    // Any characters at all, lone surrogates and nulls too.
    private string Text() => string.Create(_random.Next(60), _random, static (text, random) =>
    {
        foreach (ref var character in text)
        {
            character = (char)random.Next(random.Next(2) == 0 ? 128 : 65_536);
        }
    });
}
