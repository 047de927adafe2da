using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cacheme.Tests.Hybrid;

/// <summary>Shows that it was used: what is written gets louder.</summary>
internal sealed class ShoutingConverter : JsonConverter<Shouting>
{
    public override Shouting Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new() { Text = reader.GetString() };

    public override void Write(Utf8JsonWriter writer, Shouting value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text + "!");
}
