using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>An answer of the cache on its way through MVC, where the action returns <c>Ok(value)</c>: result filters look for just that.</summary>
internal sealed class NodeOkObjectResult<TValue>(CachedObject<TValue> cached) : OkObjectResult(cached.Value)
{
    public override Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return cached.ExecuteAsync(this, context, () => base.ExecuteResultAsync(context));
    }
}
