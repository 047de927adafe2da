using System.Globalization;

namespace Cacheme.Storage;

/// <summary>A storage's address: <c>scheme://user:password@host:port/path?option=value</c>.</summary>
/// <remarks>There may be several hosts, separated by commas: <c>host1:port,host2:port</c>. Immutable. <see cref="ToString"/> leaves the user, the password and the options out, so that an address can be shown.</remarks>
public sealed class StorageUrl
{
    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    private StorageUrl(Uri uri, IEnumerable<StorageHost> otherHosts)
    {
        Scheme = uri.Scheme;
        Hosts = uri.Host.Length == 0 ? [] : [HostOf(uri), .. otherHosts];
        Path = Uri.UnescapeDataString(uri.AbsolutePath);
        var (user, password) = Split(uri.UserInfo, ':');
        User = user;
        Password = password;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(pair, '=');
            if (!_options.TryAdd(name, value))
            {
                // Not its name: behind a '?' that should have been escaped, it may be a piece of the password.
                throw new FormatException("An option stands twice in the storage's address, which takes each once. Where a driver allows more, register the storage in code, with the driver's connection string.");
            }
        }
    }

    /// <summary>The part that chooses the kind of storage, in lower case: <c>redis</c>, <c>sqlite</c>, <c>local</c>.</summary>
    public string Scheme { get; }

    /// <summary>The hosts, in the order in which they were written; empty when there is none.</summary>
    public IReadOnlyList<StorageHost> Hosts { get; }

    /// <summary>The first host; empty when there is none.</summary>
    public string Host => Hosts.Count == 0 ? "" : Hosts[0].Name;

    /// <summary>The first host's port; null when the address does not say.</summary>
    public int? Port => Hosts.Count == 0 ? null : Hosts[0].Port;

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
    /// <exception cref="FormatException">It is not an absolute address, or has an option twice. The message does not repeat it, since it may hold a password.</exception>
    public static StorageUrl Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (first, others) = SplitHosts(text);
        var uri = Read(first);
        return uri.Fragment.Length == 0
            ? new StorageUrl(uri, others.Select(other => ReadHost(uri.Scheme, other)))
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
        $"{Scheme}://{string.Join(',', Hosts)}{Path}";

    /// <summary>Takes the hosts behind the first one out of an address, since a URI has one host.</summary>
    private static (string First, string[] Others) SplitHosts(string text)
    {
        const string Separator = "://";
        var start = text.IndexOf(Separator, StringComparison.Ordinal);
        var authority = start < 0 ? "" : text[(start + Separator.Length)..];
        var end = authority.IndexOfAny(['/', '?', '#']);
        authority = end < 0 ? authority : authority[..end];

        // The user and the password, which may hold a comma, end at the last '@'.
        var hosts = authority[(authority.LastIndexOf('@') + 1)..].Split(',');
        var others = hosts.Sum(host => host.Length + 1) - hosts[0].Length - 1;
        var cut = start + Separator.Length + authority.Length - others;
        return hosts.Length == 1 ? (text, []) : (text.Remove(cut, others), hosts[1..]);
    }

    private static Uri Read(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw Malformed();

    private static StorageHost ReadHost(string scheme, string text) => text.Length == 0 ? throw Malformed() : HostOf(Read($"{scheme}://{text}/"));

    private static StorageHost HostOf(Uri uri) => new(uri.Host, uri.Port < 0 ? null : uri.Port);

    private static FormatException Malformed() => new(
        "The storage's address is no URL of the form scheme://host:port/path?option=value. Several hosts are written host1:port,host2:port.");

    private static (string First, string Second) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0
            ? (Uri.UnescapeDataString(text), "")
            : (Uri.UnescapeDataString(text[..at]), Uri.UnescapeDataString(text[(at + 1)..]));
    }
}
