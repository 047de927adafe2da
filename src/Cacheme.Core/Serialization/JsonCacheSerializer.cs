using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cacheme.Serialization;

/// <summary>System.Text.Json. What is known of a type comes from the options' resolver alone, so generated contexts need no reflection.</summary>
internal sealed class JsonCacheSerializer : ICacheSerializer
{
    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions _writerOptions;

    /// <param name="name">The serializer's name.</param>
    /// <param name="options">Options that are read-only.</param>
    public JsonCacheSerializer(string name, JsonSerializerOptions options)
    {
        Name = name;
        _options = options;
        _writerOptions = new JsonWriterOptions
        {
            Encoder = options.Encoder,
            MaxDepth = options.MaxDepth,
            SkipValidation = true,
        };
    }

    public string Name { get; }

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        using var writer = new Utf8JsonWriter(destination, _writerOptions);
        JsonSerializer.Serialize(writer, value, TypeInfo<T>());
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) =>
        JsonSerializer.Deserialize(source.Span, TypeInfo<T>()) ?? throw new InvalidDataException("The bytes are a JSON null.");

    private JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
}
