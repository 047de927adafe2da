using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads what an authenticated caller's claims say.</summary>
internal static class CallerClaims
{
    // As ASP.NET Core's own handlers name the user; tokens that are not mapped say "sub".
    private static readonly string[] UserTypes = [ClaimTypes.NameIdentifier, "sub"];

    /// <summary>Who the user is; null for nobody, or more than one. The first type of which there are claims decides, also where they differ.</summary>
    public static string? User(HttpContext http) =>
        Array.Find(UserTypes, type => Values(http, type).Any()) is { } type ? One(http, type) : null;

    /// <summary>The claim of a type; null for none, or several that differ: which of them counts is the application's to know.</summary>
    public static string? One(HttpContext http, string type)
    {
        var found = default(string);
        foreach (var value in Values(http, type))
        {
            if (found is not null && found != value)
            {
                return null;
            }

            found = value;
        }

        return string.IsNullOrEmpty(found) ? null : found;
    }

    /// <summary>All claims of a type, sorted, without repetitions; null for none.</summary>
    public static string[]? All(HttpContext http, string type) =>
        Values(http, type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } values ? values : null;

    // What an identity says that nobody has authenticated, says nothing.
    private static IEnumerable<string> Values(HttpContext http, string type) => http.User.Identities
        .Where(static identity => identity.IsAuthenticated)
        .SelectMany(identity => identity.FindAll(type))
        .Select(static claim => claim.Value);
}
