using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Responses;

/// <summary>An answer with a value of some type.</summary>
/// <param name="writer">Writes it.</param>
/// <param name="answer">The answer, with a value in it.</param>
/// <param name="written">Writes the value as the framework does.</param>
/// <param name="form">The form of its body.</param>
/// <param name="shown">What the handler would return.</param>
internal sealed class NodeResult<TValue>(AnswerWriter writer, CacheAnswer<TValue> answer, IResult written, string form, object? shown) : NodeResult(shown)
{
    public override Task ExecuteAsync(HttpContext httpContext) => writer.WriteAsync(httpContext, answer, written.ExecuteAsync, KeepsBody ? form : null);

    public override void Tell(HttpContext http) => writer.Tell(http, answer);
}
