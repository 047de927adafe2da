namespace WebApi.Cities;

/// <summary>What an update of a city says.</summary>
/// <param name="Value">How many live there.</param>
internal sealed record Population(long Value);
