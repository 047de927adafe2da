using System.Buffers;
using MessagePack;

namespace Cacheme.Serialization;

/// <summary>MessagePack, without type names and with the library's defences against hostile bytes.</summary>
internal sealed class MessagePackCacheSerializer : ICacheSerializer
{
    private readonly MessagePackSerializerOptions _options;

    public MessagePackCacheSerializer(string name, MessagePackResolver resolver)
    {
        Name = name;
        _options = MessagePackSerializerOptions.Standard
            .WithResolver(resolver)
            .WithSecurity(MessagePackSecurity.UntrustedData);
    }

    public string Name { get; }

    public void Serialize<T>(T value, IBufferWriter<byte> destination) => MessagePackSerializer.Serialize(destination, value, _options);

    public T Deserialize<T>(ReadOnlyMemory<byte> source)
    {
        var value = typeof(T) == typeof(byte[])
            ? (T?)(object?)ReadBytes(source, out var read)
            : MessagePackSerializer.Deserialize<T>(source, _options, out read);
        return read == source.Length && value is not null
            ? value
            : throw new InvalidDataException("The bytes are not one MessagePack value.");
    }

    // As the library reads them, into memory that nobody has cleared before it is overwritten.
    private static byte[]? ReadBytes(ReadOnlyMemory<byte> source, out int read)
    {
        var reader = new MessagePackReader(source);
        ReadOnlySequence<byte>? bytes;
        try
        {
            bytes = reader.ReadBytes();
        }
        catch (EndOfStreamException error)
        {
            throw new MessagePackSerializationException("The bytes end before the value does.", error);
        }

        read = (int)reader.Consumed;
        if (bytes is not { } found)
        {
            return null;
        }

        var copy = GC.AllocateUninitializedArray<byte>((int)found.Length);
        found.CopyTo(copy);
        return copy;
    }
}
