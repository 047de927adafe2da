using System.Globalization;

namespace Cacheme.Storage;

/// <summary>A storage's address: <c>scheme://user:password@host:port/path?option=value</c>.</summary>
/// <remarks>Immutable. <see cref="ToString"/> leaves the user, the password and the options out, so that an address can be shown.</remarks>
public sealed class StorageUrl
{
    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    private StorageUrl(Uri uri)
    {
        Scheme = uri.Scheme;
        Host = uri.Host;
        Port = uri.Port < 0 ? null : uri.Port;
        Path = Uri.UnescapeDataString(uri.AbsolutePath);
        var (user, password) = Split(uri.UserInfo, ':');
        User = user;
        Password = password;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(pair, '=');
            _options[name] = value;
        }
    }

    /// <summary>The part that chooses the kind of storage, in lower case: <c>redis</c>, <c>sqlite</c>, <c>local</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host; empty when there is none.</summary>
    public string Host { get; }

    /// <summary>The port; null when the address does not say.</summary>
    public int? Port { get; }

    /// <summary>The user; empty when there is none.</summary>
    public string User { get; }

    /// <summary>The password; empty when there is none. Never log it.</summary>
    public string Password { get; }

    /// <summary>The path with its leading slash, unescaped; <c>/</c> or empty when there is none.</summary>
    public string Path { get; }

    /// <summary>The options' names, as they were written.</summary>
    public IReadOnlyCollection<string> OptionNames => _options.Keys;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">It is not an absolute address. The message does not repeat it, since it may hold a password.</exception>
    public static StorageUrl Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new FormatException("The storage's address is no URL of the form scheme://host:port/path?option=value.");
        }

        return uri.Fragment.Length == 0
            ? new StorageUrl(uri)
            : throw new FormatException("The storage's address has a '#': write it as %23.");
    }

    /// <summary>An option's value, or the default when the address does not say.</summary>
    /// <typeparam name="T">The option's type, read with the invariant culture.</typeparam>
    /// <param name="name">The option's name; case does not count.</param>
    /// <param name="defaultValue">What holds when the option is not there.</param>
    /// <exception cref="FormatException">The option's value does not read as a <typeparamref name="T"/>.</exception>
    public T Option<T>(string name, T defaultValue)
        where T : IParsable<T>
    {
        if (!_options.TryGetValue(name, out var text))
        {
            return defaultValue;
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"The option '{name}' of a {Scheme}:// address does not read as {typeof(T).Name}.");
    }

    /// <summary>Takes an option out, for it is not the storage's; null when the address does not say.</summary>
    internal string? Take(string name) => _options.Remove(name, out var value) ? value : null;

    /// <summary>The address without what may be secret.</summary>
    public override string ToString() =>
        Port is { } port ? $"{Scheme}://{Host}:{port.ToString(CultureInfo.InvariantCulture)}{Path}" : $"{Scheme}://{Host}{Path}";

    private static (string First, string Second) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0
            ? (Uri.UnescapeDataString(text), "")
            : (Uri.UnescapeDataString(text[..at]), Uri.UnescapeDataString(text[(at + 1)..]));
    }
}
