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
        var value = MessagePackSerializer.Deserialize<T>(source, _options, out var read);
        return read == source.Length && value is not null
            ? value
            : throw new InvalidDataException("The bytes are not one MessagePack value.");
    }
}
