using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cacheme.AspNetCore.Responses;

/// <summary>Catches what the framework writes to a response, with its own options, before any of it is sent.</summary>
internal static class CapturedBody
{
    /// <summary>Runs what writes the body, and gives what it wrote. Headers and status that it sets stay on the response.</summary>
    public static async ValueTask<Body> OfAsync(HttpContext http, Func<HttpContext, Task> write)
    {
        var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var bytes = new MemoryStream();
        var capture = new StreamResponseBodyFeature(bytes, original);
        http.Features.Set<IHttpResponseBodyFeature>(capture);
        try
        {
            await write(http);
            await capture.CompleteAsync();
        }
        finally
        {
            http.Features.Set(original);
        }

        return Body.Of(bytes.ToArray(), http.Response.ContentType);
    }
}
