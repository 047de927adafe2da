using System.Text;
using System.Text.Json;
using Cacheme.Serialization;

namespace Cacheme.Tests.Serialization;

public sealed class JsonCacheSerializerTests
{
    private static readonly ICacheSerializer Serializer = CacheSerializers.Json;

    [Fact]
    public void Names_AreNotChanged()
    {
        Assert.Equal("json", CacheSerializers.Json.Name);
        Assert.Equal("json-options", CacheSerializers.JsonWith(new JsonSerializerOptions()).Name);
        Assert.Equal("json-context", CacheSerializers.JsonWith(SampleContext.Default).Name);
        Assert.Equal("mine", CacheSerializers.JsonWith(SampleContext.Default, "mine").Name);
    }

    [Fact]
    public void Serialize_Record_HasItsNamesAndNoEscapes() =>
        Assert.Equal("{\"Name\":\"<\u00E9>\",\"Age\":1}", Encoding.UTF8.GetString(Serializer.ToBytes(new Person("<\u00E9>", 1))));

    [Fact]
    public void Deserialize_EntryOfAnOlderRecord_Throws() =>
        Assert.Throws<JsonException>(() => Serializer.Deserialize<Person>("""{"Name":"a"}"""u8.ToArray()));

    [Fact]
    public void Deserialize_DeeplyNested_Throws()
    {
        var nested = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 100_000)));

        Assert.Throws<JsonException>(() => Serializer.Deserialize<object>(nested));
        Assert.Throws<JsonException>(() => Serializer.Deserialize<List<Nest>>(nested));
    }

    [Fact]
    public void JsonWith_OptionsChangedLater_KeepsItsOwn()
    {
        var options = new JsonSerializerOptions();
        var serializer = CacheSerializers.JsonWith(options);

        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;

        Assert.Equal("{\"Name\":\"a\",\"Age\":1}", Encoding.UTF8.GetString(serializer.ToBytes(new Person("a", 1))));
    }

    [Fact]
    public void JsonWith_Options_AreKeptButForTheIndentation()
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

        Assert.Equal(
            "{\"name\":\"\\u003C\",\"age\":1}",
            Encoding.UTF8.GetString(CacheSerializers.JsonWith(options).ToBytes(new Person("<", 1))));
    }

    [Fact]
    public void JsonWith_TypeOutsideTheContext_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => CacheSerializers.JsonWith(SampleContext.Default).ToBytes(new Person("a", 1)));

    internal sealed record Person(string Name, int Age);

    internal sealed class Nest : List<Nest>;
}
