using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace Cacheme.Serialization;

/// <summary>Finds the formatter of each type for <see cref="MessagePackCacheSerializer"/>.</summary>
/// <remarks>
/// MessagePack's own timestamp makes every DateTime a UTC one; the native form keeps the kind, so that a value is the same
/// whichever tier it came from. Its resolvers for public types refuse all others, which most applications' records are; those
/// for private members refuse attributed types with a private field that is not marked.
/// </remarks>
internal sealed class MessagePackResolver : IFormatterResolver
{
    private readonly bool _contractless;

    private MessagePackResolver(bool contractless) => _contractless = contractless;

    public static MessagePackResolver Contractless { get; } = new(contractless: true);

    public static MessagePackResolver Attributed { get; } = new(contractless: false);

    public IMessagePackFormatter<T>? GetFormatter<T>() => _contractless ? Cache<T>.Contractless : Cache<T>.Attributed;

    private static IMessagePackFormatter<T>? Find<T>(bool contractless)
    {
        // MessagePack would load whichever type the bytes name.
        if (typeof(T).IsAssignableTo(typeof(Type)))
        {
            return null;
        }

        IFormatterResolver standard = typeof(T).IsVisible ? StandardResolver.Instance : StandardResolverAllowPrivate.Instance;
        var formatter = NativeDateTimeResolver.Instance.GetFormatter<T>() ?? standard.GetFormatter<T>();
        if (formatter is null && contractless)
        {
            formatter = DynamicContractlessObjectResolverAllowPrivate.Instance.GetFormatter<T>();
        }

        // Without a reference to a class no value can be deep, or hold itself.
        return formatter is null || typeof(T).IsValueType || typeof(T) == typeof(string)
            ? formatter
            : new StackGuardFormatter<T>(formatter);
    }

    private static class Cache<T>
    {
        public static readonly IMessagePackFormatter<T>? Contractless = Find<T>(contractless: true);

        public static readonly IMessagePackFormatter<T>? Attributed = Find<T>(contractless: false);
    }
}
