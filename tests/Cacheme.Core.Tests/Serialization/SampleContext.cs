using System.Text.Json.Serialization;

namespace Cacheme.Tests.Serialization;

[JsonSerializable(typeof(Sample))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class SampleContext : JsonSerializerContext;
