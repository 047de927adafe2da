using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>An answer of the cache on its way through MVC, where the action returns the value itself: result filters and formatters see what the action's own result would be.</summary>
internal sealed class NodeObjectResult<TValue>(CachedObject<TValue> cached) : ObjectResult(cached.Value)
{
    public override Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return cached.ExecuteAsync(this, context, () => base.ExecuteResultAsync(context));
    }
}
