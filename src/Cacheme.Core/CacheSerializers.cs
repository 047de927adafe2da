using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cacheme.Serialization;

namespace Cacheme;

/// <summary>The serializers that come with Cacheme. Any other <see cref="ICacheSerializer"/> serves as well.</summary>
/// <remarks>
/// None of them writes type names: a value comes back as its node's declared type, and a member declared as
/// <see cref="object"/> comes back as plain data. All of them are thread-safe, and throw at bytes they cannot read.
/// </remarks>
public static class CacheSerializers
{
    private const int DefaultMaxDecompressedSize = 64 * 1024 * 1024;
    private const int DefaultThreshold = 1024;

    /// <summary>MessagePack for any class, record or struct, by the names of its members; types with MessagePack's attributes go by those. The default.</summary>
    /// <remarks>
    /// Private members are kept too, and the kind of a <see cref="DateTime"/>. A member that is not in the bytes gets its
    /// default: give the policy a new version when a type changes. An interface needs MessagePack's Union attribute, and a
    /// value that refers to itself is refused. The keys of a dictionary and the items of a set are integers, strings, enums,
    /// Guids or DateTimes: others are refused on reading, for they cannot be hashed safely when the bytes come from elsewhere.
    /// </remarks>
    public static ICacheSerializer MessagePack { get; } =
        new MessagePackCacheSerializer("msgpack", MessagePackResolver.Contractless);

    /// <summary>MessagePack for types with its attributes only, smaller and faster; other types are refused.</summary>
    /// <remarks>Of DateTimes and dictionaries the same holds as for <see cref="MessagePack"/>.</remarks>
    public static ICacheSerializer MessagePackAttributed { get; } =
        new MessagePackCacheSerializer("msgpack-attributed", MessagePackResolver.Attributed);

    /// <summary>System.Text.Json, with names as they are in C#.</summary>
    /// <remarks>
    /// Public properties and fields are written, so that tuples come back; NaN and the infinities are written as texts. A
    /// parameter of a constructor that is not in the bytes and has no default is an error: an entry of a record's older form
    /// is a miss. What has neither a public setter nor a parameter of its name does not come back.
    /// </remarks>
    public static ICacheSerializer Json { get; } = new JsonCacheSerializer("json", JsonOptions());

    /// <summary>System.Text.Json with options of one's own.</summary>
    /// <param name="options">The options, copied. Indentation is left out.</param>
    /// <param name="name">The serializer's name. Give it a new one whenever the options change the bytes' form.</param>
    public static ICacheSerializer JsonWith(JsonSerializerOptions options, string name = "json-options")
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new JsonCacheSerializer(name, Frozen(new JsonSerializerOptions(options)));
    }

    /// <summary>System.Text.Json with a generated context, and without reflection; types that are not in the context are refused.</summary>
    /// <param name="context">The context.</param>
    /// <param name="name">The serializer's name. Give it a new one whenever the context's options change the bytes' form.</param>
    public static ICacheSerializer JsonWith(JsonSerializerContext context, string name = "json-context")
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new JsonCacheSerializer(name, context.Options);
    }

    /// <summary>Compresses what another serializer writes, with zlib at level 3.</summary>
    /// <remarks>
    /// A value that does not become smaller is written as it is. So is one that would grow more than a hundredfold, to over
    /// 1 MiB, when it is decompressed: on reading that is taken for an attack and refused.
    /// </remarks>
    /// <param name="inner">The serializer.</param>
    /// <param name="maxDecompressedSize">The most bytes a value may have when it is decompressed. Default: 64 MiB.</param>
    /// <param name="threshold">Values of fewer bytes are written as they are. Default: 1 KiB.</param>
    public static ICacheSerializer Compressed(
        this ICacheSerializer inner, int maxDecompressedSize = DefaultMaxDecompressedSize, int threshold = DefaultThreshold)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDecompressedSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        return new ZLibCacheSerializer(inner, maxDecompressedSize, threshold);
    }

    private static JsonSerializerOptions JsonOptions() => Frozen(new JsonSerializerOptions
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        // The bytes never stand in a page, so there is nothing to escape for HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static JsonSerializerOptions Frozen(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
