using System.Globalization;

namespace Cacheme.AspNetCore.Responses;

/// <summary>What clients may do with an answer.</summary>
/// <param name="IsKept">Whether they may serve it without asking.</param>
/// <param name="IsPublic">Whether it is for everybody.</param>
/// <param name="AtMost">How long at most; null for as long as the cache has it.</param>
internal sealed record ClientCaching(bool IsKept, bool IsPublic, TimeSpan? AtMost)
{
    private const string Ask = "private, no-cache";

    /// <summary>They ask each time, so that nobody is shown what was invalidated.</summary>
    public static ClientCaching Revalidated { get; } = new(IsKept: false, IsPublic: false, null);

    /// <summary>The value of the header Cache-Control.</summary>
    /// <param name="age">How old the answer is: clients take that off, since the header Age says it.</param>
    /// <param name="left">How long the cache has it; null for as long as there is room, or where it has it not.</param>
    /// <param name="isStored">Whether the cache has it.</param>
    public string Header(TimeSpan age, TimeSpan? left, bool isStored)
    {
        var life = left is null || AtMost < left ? AtMost : left;
        return IsKept && isStored && life is { } span && span >= TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{(IsPublic ? "public" : "private")}, max-age={(long)age.TotalSeconds + (long)span.TotalSeconds}")
            : Ask;
    }
}
