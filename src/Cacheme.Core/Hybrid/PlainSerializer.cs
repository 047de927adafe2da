using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Cacheme.Serialization;

namespace Cacheme.Hybrid;

/// <summary>Texts as UTF-8 and arrays of bytes as they are, as HybridCache's own users expect.</summary>
/// <remarks>A text with half a surrogate pair has no form in UTF-8: it is written as UTF-16, behind a byte that says so.</remarks>
internal sealed class PlainSerializer : ICacheSerializer
{
    // No text in UTF-8 begins with it.
    private const byte Utf16 = 0xFF;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PlainSerializer Instance { get; } = new();

    public string Name => "plain";

    public static bool Takes(Type type) => type == typeof(string) || type == typeof(byte[]);

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        if (value is string text)
        {
            Write(text, destination);
        }
        else
        {
            destination.Write((byte[])(object)value!); // It takes no third type, and no null.
        }
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) =>
        (T)(typeof(T) == typeof(string) ? (object)Read(source.Span) : source.ToArray());

    private static void Write(string text, IBufferWriter<byte> destination)
    {
        if (IsWellFormed(text))
        {
            Strict.GetBytes(text, destination);
            return;
        }

        destination.Write([Utf16]);
        destination.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static string Read(ReadOnlySpan<byte> bytes) =>
        bytes is [Utf16, .. var halves] ? new string(MemoryMarshal.Cast<byte, char>(halves)) : Strict.GetString(bytes);

    private static bool IsWellFormed(string text)
    {
        // Nearly all texts have no surrogates at all.
        for (var rest = text.AsSpan(); rest.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0; rest = rest[(at + 2)..])
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return false;
            }
        }

        return true;
    }
}
