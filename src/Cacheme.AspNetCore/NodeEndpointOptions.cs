using System.Security.Claims;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore;

/// <summary>How an endpoint is cached, where the node's policy does not say it. Used when the application starts only.</summary>
/// <remarks>
/// An endpoint that asks for authorization says whether its entries are <see cref="Shared"/>, or varies by who asks: by user,
/// tenant or claim. What it varies by is a parameter of the node, so that it is in the key and can be invalidated from anywhere.
/// </remarks>
public sealed class NodeEndpointOptions
{
    private readonly HashSet<string> _ignored = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<GivenValue> _given = [];

    internal NodeEndpointOptions()
    {
    }

    internal IReadOnlySet<string> Ignored => _ignored;

    /// <summary>What is read for parameters of the node.</summary>
    internal IReadOnlyList<GivenValue> Given => _given;

    internal bool IsShared { get; private set; }

    /// <summary>Whether the node's own load answers: it does not see who asks.</summary>
    internal bool IsMapped { get; init; }

    /// <summary>Whether everybody gets the same.</summary>
    internal bool IsForAll => IsShared || (IsMapped && !Varies);

    internal bool VariesByUser { get; private set; }

    /// <summary>Whether entries are of some callers only.</summary>
    internal bool Varies => _given.Exists(static given => given.IsOfCaller);

    internal ClientCaching ClientCaching { get; private set; } = ClientCaching.Revalidated;

    internal bool SendsCacheStatus { get; private set; } = true;

    internal bool RunsFiltersOnLoads { get; private set; }

    /// <summary>Names handler parameters that do not change the answer, so that the node need not have them.</summary>
    /// <remarks>
    /// A parameter that comes from the request and that the node lacks refuses the start: whoever asks with another value
    /// would be served the first one's answer. Ignore it only if the answer is the same for every value.
    /// </remarks>
    /// <param name="parameterNames">The names; case does not count. A member of an <c>[AsParameters]</c> type goes by its own name.</param>
    public NodeEndpointOptions Ignore(params string[] parameterNames)
    {
        ArgumentNullException.ThrowIfNull(parameterNames);
        _ignored.UnionWith(parameterNames);
        return this;
    }

    /// <summary>Says that everybody who is let in gets the same answer, so that one entry serves all.</summary>
    public NodeEndpointOptions Shared()
    {
        IsShared = true;
        return this;
    }

    /// <summary>Keeps an entry for each user: a parameter of the node is the authenticated user's id, and a request without one is not cached.</summary>
    /// <remarks>Where two schemes may give two people the same id, the node has one more parameter that tells them apart, such as a claim or the tenant.</remarks>
    /// <param name="parameterName">The node's parameter: a string, or a type that is read from one, such as Guid.</param>
    /// <param name="claimType">The claim that is the id; <see cref="ClaimTypes.NameIdentifier"/>, else <c>sub</c>, unless said.</param>
    public NodeEndpointOptions VaryByUser(string parameterName = "userId", string? claimType = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameterName);
        VariesByUser = true;
        return Add(parameterName, "the user", claimType is null ? CallerClaims.User : http => CallerClaims.One(http, claimType));
    }

    /// <summary>Keeps an entry for each value of a claim: a parameter of the node is the authenticated caller's claim, and a request without it is not cached.</summary>
    /// <remarks>A parameter that is a string array gets all claims of the type, sorted; any other is not cached where a caller has several that differ.</remarks>
    /// <param name="claimType">The claim's type, such as <c>plan</c> or <see cref="ClaimTypes.Role"/>.</param>
    /// <param name="parameterName">The node's parameter; the claim's type unless said.</param>
    public NodeEndpointOptions VaryByClaim(string claimType, string? parameterName = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(claimType);
        _given.Add(new GivenValue(parameterName ?? claimType, typeof(string), $"claim '{claimType}'", IsOfCaller: true, http => CallerClaims.One(http, claimType))
        {
            ReadAll = http => CallerClaims.All(http, claimType),
        });
        return this;
    }

    /// <summary>Keeps an entry for each tenant: a parameter of the node is the tenant, and a request without one is not cached.</summary>
    /// <remarks>A tenant that stands in a claim is <see cref="VaryByClaim"/>'s.</remarks>
    /// <param name="tenant">Finds the tenant of a request; null for none. It must not trust what a caller may choose, such as a header that no proxy sets.</param>
    /// <param name="parameterName">The node's parameter: a string, or a type that is read from one, such as Guid.</param>
    public NodeEndpointOptions VaryByTenant(Func<HttpContext, string?> tenant, string parameterName = "tenantId")
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentException.ThrowIfNullOrWhiteSpace(parameterName);
        return Add(parameterName, "the tenant", http => tenant(http) is { Length: > 0 } found ? found : null);
    }

    /// <summary>Makes a parameter of the node by a function, where neither the handler nor the request has it by name.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="parameterName">The node's parameter.</param>
    /// <param name="map">Reads it. It runs for each request, before the handler's arguments are bound.</param>
    /// <param name="header">The header that it reads, such as <c>Accept-Language</c>, so that clients and CDNs are told that the answer varies by it; "" for none.</param>
    public NodeEndpointOptions Map<T>(string parameterName, Func<HttpContext, T> map, string? header = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameterName);
        ArgumentNullException.ThrowIfNull(map);
        _given.Add(new GivenValue(parameterName, typeof(T), "the mapped value", IsOfCaller: false, http => map(http)) { Header = header });
        return this;
    }

    /// <summary>Lets browsers serve the answer without asking, for what is left of its time to live: <c>Cache-Control: private, max-age</c>.</summary>
    /// <remarks>They go on serving what is invalidated meanwhile. Unless it is said they ask each time, and get 304 where nothing has changed.</remarks>
    /// <param name="atMost">The longest, in whole seconds; the node's time to live unless said.</param>
    public NodeEndpointOptions MaxAge(TimeSpan? atMost = null) => Kept(isPublic: false, atMost);

    /// <summary>The same for whatever stands between, such as a CDN: <c>Cache-Control: public, max-age</c>. Only for entries that everybody shares, on endpoints that everybody may ask.</summary>
    /// <param name="atMost">The longest, in whole seconds; the node's time to live unless said.</param>
    public NodeEndpointOptions PublicMaxAge(TimeSpan? atMost = null) => Kept(isPublic: true, atMost);

    /// <summary>Leaves out the header <c>Cache-Status</c>, which says whether an answer was a hit, of which storage, or why not.</summary>
    public NodeEndpointOptions WithoutCacheStatus()
    {
        SendsCacheStatus = false;
        return this;
    }

    /// <summary>Says that the endpoint filters between the node and the handler belong to the load: a hit does not run them.</summary>
    /// <remarks>
    /// Filters run in the order in which they were added. Those before CacheWith run on a hit too; one that was added after it
    /// refuses the start unless this is said, since it may be a guard.
    /// </remarks>
    public NodeEndpointOptions RunFiltersOnLoads()
    {
        RunsFiltersOnLoads = true;
        return this;
    }

    private NodeEndpointOptions Add(string parameterName, string description, Func<HttpContext, string?> read)
    {
        _given.Add(new GivenValue(parameterName, typeof(string), description, IsOfCaller: true, read));
        return this;
    }

    private NodeEndpointOptions Kept(bool isPublic, TimeSpan? atMost)
    {
        if (atMost is { } longest)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(longest, TimeSpan.FromSeconds(1), nameof(atMost));
        }

        ClientCaching = new ClientCaching(IsKept: true, isPublic, atMost);
        return this;
    }
}
