using System.Globalization;
using Cacheme.AspNetCore.Binding;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Reads the texts that MVC cannot read another way, whatever its culture, binders and converters: those that a value is written as.</summary>
internal static class ExactTexts
{
    /// <summary>The reader of a type; null where MVC may read its texts in more than one way.</summary>
    public static TextParser? Find(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => Text,
        var t when t == typeof(int) => Number<int>,
        var t when t == typeof(long) => Number<long>,
        var t when t == typeof(Guid) => Id,
        var t when t == typeof(bool) => Truth,
        _ => null,
    };

    // A blank one becomes null.
    private static bool Text(string text, out object? value) => (value = string.IsNullOrWhiteSpace(text) ? null : text) is not null;

    private static bool Number<T>(string text, out object? value)
        where T : struct, ISpanParsable<T>, IFormattable
    {
        value = T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
        return value is not null && number.ToString(null, CultureInfo.InvariantCulture) == text;
    }

    private static bool Id(string text, out object? value)
    {
        value = Guid.TryParseExact(text, "D", out var id) ? id : null;
        return value is not null && string.Equals(id.ToString(), text, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Truth(string text, out object? value)
    {
        value = text switch
        {
            "true" or "True" => true,
            "false" or "False" => false,
            _ => null,
        };
        return value is not null;
    }
}
