using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Responses;

/// <summary>An answer of the cache on its way through the framework, which writes it where the handler's own result would be.</summary>
internal sealed class NodeResult<TValue>(AnswerWriter writer, CacheAnswer<TValue> answer, IResult written) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => writer.WriteAsync(httpContext, answer, written.ExecuteAsync);
}
