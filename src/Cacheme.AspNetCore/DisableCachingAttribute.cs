namespace Cacheme.AspNetCore;

/// <summary>Takes a controller, an action or a handler out of the caching that is said of its group, its controller or of MapControllers().</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableCachingAttribute : Attribute;
