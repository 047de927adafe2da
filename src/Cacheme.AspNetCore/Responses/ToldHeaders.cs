using System.Globalization;

namespace Cacheme.AspNetCore.Responses;

/// <summary>What clients are told of a hit, as it is within one second. Immutable.</summary>
/// <param name="Second">The second, since the Unix epoch.</param>
/// <param name="Age">How old the answer is; null where it was just loaded.</param>
/// <param name="CacheControl">What clients may do with it.</param>
/// <param name="Status">What the cache did; null where the endpoint does not say it.</param>
internal sealed record ToldHeaders(long Second, string? Age, string CacheControl, string? Status)
{
    public static ToldHeaders Of<TValue>(CacheAnswer<TValue> answer, DateTimeOffset now, NodeEndpointOptions options)
    {
        var age = answer.LoadedAt is { } loaded && now > loaded ? now - loaded : TimeSpan.Zero;
        return new ToldHeaders(
            now.ToUnixTimeSeconds(),
            ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            options.ClientCaching.Header(age, answer.TimeToLive, answer.IsStored),
            options.SendsCacheStatus && answer.Storage is { } storage ? CacheStatus.Hit(storage, answer.TimeToLive) : null);
    }
}
