using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Finds the parser of a type: the one that the framework binds a route value or a query value with.</summary>
internal static class TextParsers
{
    // The framework's own styles for dates; its other types parse as IParsable does.
    private const DateTimeStyles DateStyle = DateTimeStyles.AllowWhiteSpaces;

    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>The parser of a type, a nullable one's being that of the type itself; null when there is none.</summary>
    public static TextParser? Find(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return (string text, out object? value) => (value = text) is not null;
        }

        if (type.IsEnum)
        {
            return (string text, out object? value) => Enum.TryParse(type, text, out value);
        }

        if (DateParser(type) is { } date)
        {
            return date;
        }

        return IsParsable(type) ? Make(nameof(Parsable), type)
            : type.GetMethod("TryParse", [typeof(string), type.MakeByRefType()]) is { IsStatic: true } method ? Make(nameof(Static), type, method)
            : null;
    }

    /// <summary>The parser of a type for all texts of a name: an array has one element for each, any other type takes one text. Null when there is none.</summary>
    public static TextsParser? FindForAll(Type type)
    {
        if (!type.IsArray)
        {
            return Find(type) is { } parse ? OfOne(parse) : null;
        }

        var element = type.GetElementType()!; // an array type has an element type
        return Find(element) is { } parseElement ? OfEach(element, parseElement) : null;
    }

    /// <summary>A parser of exactly one text. Two are not one: which of them counts is the handler's secret.</summary>
    public static TextsParser OfOne(TextParser parse) => (StringValues texts, out object? value) =>
    {
        value = null;
        return texts is [{ } text] && parse(text, out value);
    };

    private static TextsParser OfEach(Type element, TextParser parse) => (StringValues texts, out object? value) =>
    {
        var items = Array.CreateInstance(element, texts.Count);
        value = items;
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is not { Length: > 0 } text || !parse(text, out var item))
            {
                return false;
            }

            items.SetValue(item, i);
        }

        return true;
    };

    private static bool IsParsable(Type type) => type.GetInterfaces().Any(face =>
        face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IParsable<>) && face.GenericTypeArguments[0] == type);

    private static TextParser? DateParser(Type type)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (type == typeof(DateTime))
        {
            return Of((string text, out DateTime value) => DateTime.TryParse(text, invariant, DateStyle | DateTimeStyles.AdjustToUniversal, out value));
        }

        return type == typeof(DateTimeOffset) ? Of((string text, out DateTimeOffset value) => DateTimeOffset.TryParse(text, invariant, DateStyle, out value))
            : type == typeof(DateOnly) ? Of((string text, out DateOnly value) => DateOnly.TryParse(text, invariant, DateStyle, out value))
            : type == typeof(TimeOnly) ? Of((string text, out TimeOnly value) => TimeOnly.TryParse(text, invariant, DateStyle, out value))
            : null;
    }

    private static TextParser Make(string method, Type type, params object[] arguments) =>
        (TextParser)typeof(TextParsers).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!  // one of the two below
            .MakeGenericMethod(type).Invoke(null, arguments)!;                                            // neither returns null

    private static TextParser Parsable<T>()
        where T : IParsable<T> => Of((string text, out T value) => T.TryParse(text, CultureInfo.InvariantCulture, out value!));

    private static TextParser Static<T>(MethodInfo method) => Of(method.CreateDelegate<TryParse<T>>());

    private static TextParser Of<T>(TryParse<T> parse) => (string text, out object? value) =>
    {
        var parsed = parse(text, out var typed);
        value = typed;
        return parsed;
    };
}
