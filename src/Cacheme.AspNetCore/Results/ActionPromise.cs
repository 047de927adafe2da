namespace Cacheme.AspNetCore.Results;

/// <summary>What the declared type of an action promises.</summary>
/// <param name="Value">The value's declared type; null where the action declares none.</param>
/// <param name="IsPlain">Whether the action returns the value itself.</param>
/// <param name="SaysNotFound">Whether it answers nothing with <c>NotFound</c>: that is the node's null.</param>
internal sealed record ActionPromise(Type? Value, bool IsPlain, bool SaysNotFound);
