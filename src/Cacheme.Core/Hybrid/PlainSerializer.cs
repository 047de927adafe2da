using System.Buffers;
using System.Text;
using Cacheme.Serialization;

namespace Cacheme.Hybrid;

/// <summary>Texts as UTF-8 and arrays of bytes as they are, as HybridCache's own users expect.</summary>
internal sealed class PlainSerializer : ICacheSerializer
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PlainSerializer Instance { get; } = new();

    public string Name => "plain";

    public static bool Takes(Type type) => type == typeof(string) || type == typeof(byte[]);

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        if (value is string text)
        {
            Strict.GetBytes(text, destination);
        }
        else
        {
            destination.Write((byte[])(object)value!); // It takes no third type, and no null.
        }
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) =>
        (T)(typeof(T) == typeof(string) ? (object)Strict.GetString(source.Span) : source.ToArray());
}
