using System.Collections;
using System.Globalization;

namespace Cacheme;

/// <summary>The text, in a key, of a value that cannot write itself into a buffer.</summary>
internal static class KeyText
{
    public static string? Of<T>(T value, string? format) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag.ToString(),
        IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
        // An array prints as its type's name: all arrays would share one key.
        IEnumerable => throw new ArgumentException(
            $"A {value.GetType().Name} cannot be part of a key, since it has no text of its own: join its items."),
        _ => OfAnyOther(value),
    };

    // Records and tuples print their members with the current culture.
    private static string? OfAnyOther(object value)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var text = value.ToString();
            return text != value.GetType().ToString() ? text : throw new ArgumentException(
                $"A {value.GetType().Name} cannot be part of a key, since it has no text of its own: override its ToString.");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
