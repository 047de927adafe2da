using System.Buffers;
using MessagePack;
using MessagePack.Resolvers;

namespace Cacheme.Serialization;

/// <summary>MessagePack, without type names and with the library's defences against hostile bytes.</summary>
internal sealed class MessagePackCacheSerializer : ICacheSerializer
{
    private readonly MessagePackSerializerOptions _options;

    public MessagePackCacheSerializer(string name, IFormatterResolver resolver)
    {
        Name = name;
        // MessagePack's own timestamp makes every DateTime a UTC one: a value would differ by the tier that it came from.
        _options = MessagePackSerializerOptions.Standard
            .WithResolver(CompositeResolver.Create(NativeDateTimeResolver.Instance, resolver))
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
