namespace WebApi.Cities;

/// <summary>What the cities of a country add up to.</summary>
/// <param name="Country">The country's ISO code.</param>
/// <param name="Cities">How many cities of it are known here.</param>
/// <param name="Population">How many live in them.</param>
public sealed record CountrySummary(string Country, int Cities, long Population);
