using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Responses;

/// <summary>Writes an answer of the cache for one endpoint: its body, and what clients are told of it.</summary>
/// <param name="endpoint">Whose bodies they are.</param>
/// <param name="limit">Bounds what is kept of them.</param>
/// <param name="time">Tells how old an answer is.</param>
/// <param name="options">What the endpoint says.</param>
/// <param name="headers">The request's headers that change the answer.</param>
internal sealed class AnswerWriter(object endpoint, BodyLimit limit, TimeProvider time, NodeEndpointOptions options, IEnumerable<string> headers)
{
    // In one piece, each client that reads slowly would hold a copy of it all. Smaller slices cost a page of 64 KB a fifth.
    private const int Slice = 256 * 1024;

    private readonly string? _vary = VaryOf(options, headers);

    /// <summary>Writes an answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">The answer, with a value in it.</param>
    /// <param name="write">Writes the value as the framework does.</param>
    /// <param name="form">Tells bodies of one value and endpoint apart, such as by what the client accepts; null for a body that is not to be kept.</param>
    public Task WriteAsync<TValue>(HttpContext http, CacheAnswer<TValue> answer, Func<HttpContext, Task> write, string? form) =>
        TryWrite(http, answer, form, out var written) ? written : MakeAndSendAsync(http, answer, write, form);

    /// <summary>Writes an answer whose body is kept. False where it is not.</summary>
    public bool TryWrite<TValue>(HttpContext http, CacheAnswer<TValue> answer, string? form, out Task written)
    {
        if (form is null || (answer.Companion as KeptBodies)?.Find(endpoint, form) is not { } kept)
        {
            written = Task.CompletedTask;
            return false;
        }

        // A hit asked for many times a second is told the same each time.
        var now = time.GetUtcNow();
        if (kept.Told is not { } told || told.Second != now.ToUnixTimeSeconds())
        {
            kept.Told = told = ToldHeaders.Of(answer, now, options);
        }

        written = SendAsync(http, kept.Body, told);
        return true;
    }

    /// <summary>Tells what the cache did, where the endpoint says it at all.</summary>
    public void Tell<TValue>(HttpContext http, CacheAnswer<TValue> answer)
    {
        if (!options.SendsCacheStatus || http.Response.HasStarted)
        {
            return;
        }

        if (answer.Storage is { } storage)
        {
            CacheStatus.Append(http, CacheStatus.Hit(storage, answer.TimeToLive));
        }
        else
        {
            CacheStatus.Miss(http, answer.IsStored, answer.IsCollapsed, answer.TimeToLive);
        }
    }

    /// <summary>Tells why the cache was not asked.</summary>
    public void Tell(HttpContext http, Bypass reason)
    {
        if (options.SendsCacheStatus && !http.Response.HasStarted)
        {
            CacheStatus.Bypass(http, reason);
        }
    }

    // For clients that may serve without asking: the next user of a browser may be another. The others ask, and get what is theirs.
    private static string? VaryOf(NodeEndpointOptions options, IEnumerable<string> headers)
    {
        string[] callers = options.IsForAll ? [] : ["Authorization", "Cookie"];
        var names = string.Join(", ", headers.Concat(callers).Distinct(StringComparer.OrdinalIgnoreCase));
        return options.ClientCaching.IsKept && names.Length > 0 ? names : null;
    }

    private async Task MakeAndSendAsync<TValue>(HttpContext http, CacheAnswer<TValue> answer, Func<HttpContext, Task> write, string? form)
    {
        var body = await CapturedBody.OfAsync(http, write);
        var isOk = http.Response.StatusCode == StatusCodes.Status200OK;
        if (isOk && form is not null)
        {
            Keep(answer, new KeptBody(endpoint, form, body));
        }

        Tell(http, answer);
        if (isOk || !body.Bytes.IsEmpty)
        {
            await SendAsync(http, body, isOk ? ToldOf(answer) : null);
        }

        // Else the response has not begun: what stands around may say more of a status that comes alone.
    }

    private void Keep<TValue>(CacheAnswer<TValue> answer, KeptBody body)
    {
        var bodies = answer.Companion as KeptBodies;
        if (bodies is null)
        {
            var added = new KeptBodies(limit);
            bodies = answer.TryKeep(added) ? added : answer.Companion as KeptBodies;
        }

        bodies?.Add(body);
    }

    // The status is told already; an answer that was just loaded has no age.
    private ToldHeaders ToldOf<TValue>(CacheAnswer<TValue> answer)
    {
        var told = ToldHeaders.Of(answer, time.GetUtcNow(), options) with { Status = null };
        return answer.Storage is not null || answer.IsCollapsed ? told : told with { Age = null };
    }

    private Task SendAsync(HttpContext http, Body body, ToldHeaders? told)
    {
        var response = http.Response;
        if (told is not null)
        {
            Describe(response.Headers, body, told);
            if (body.IsKnownTo(http.Request))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentType = null;
                return Task.CompletedTask;
            }
        }

        response.ContentType = body.ContentType;
        response.ContentLength = body.Bytes.Length;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask;
        }

        if (body.Bytes.Length > Slice)
        {
            return SendSlicesAsync(response.BodyWriter, body.Bytes);
        }

        // The server ends the write of a client that has left; asking for its token would make one for each request.
        var written = response.BodyWriter.WriteAsync(body.Bytes);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    private static async Task SendSlicesAsync(PipeWriter writer, ReadOnlyMemory<byte> bytes)
    {
        for (; bytes.Length > Slice; bytes = bytes[Slice..])
        {
            if ((await writer.WriteAsync(bytes[..Slice])).IsCompleted)
            {
                return; // nobody reads any more
            }
        }

        await writer.WriteAsync(bytes);
    }

    private void Describe(IHeaderDictionary headers, Body body, ToldHeaders told)
    {
        headers.ETag = body.ETag;
        headers.Age = told.Age;
        if (StringValues.IsNullOrEmpty(headers.CacheControl))
        {
            headers.CacheControl = told.CacheControl;
        }

        if (told.Status is not null)
        {
            headers.Append(CacheStatus.Header, told.Status);
        }

        if (_vary is not null)
        {
            headers.Append("Vary", _vary);
        }
    }
}
