using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Caching.Distributed;

namespace WebApi.Notes;

/// <summary>Code that knows nothing of Cacheme: it keeps something for as long as it is used in .NET's IDistributedCache, as session state does.</summary>
internal static class NoteEndpoints
{
    private const int LongestNote = 10_000;

    private static readonly DistributedCacheEntryOptions WhileItIsUsed = new() { SlidingExpiration = TimeSpan.FromMinutes(20) };

    public static void MapNotes(this IEndpointRouteBuilder app)
    {
        var notes = app.MapGroup("/notes/{name}");
        notes.MapGet("/", ReadAsync).WithSummary("A note, for twenty minutes after it was last read");
        notes.MapPut("/", WriteAsync).WithSummary("Writes a note");
    }

    private static async Task<Results<ContentHttpResult, NotFound>> ReadAsync(string name, IDistributedCache cache, CancellationToken cancellationToken) =>
        await cache.GetStringAsync(KeyOf(name), cancellationToken) is { } note ? TypedResults.Text(note) : TypedResults.NotFound();

    private static async Task<Results<NoContent, BadRequest<string>>> WriteAsync(
        string name, HttpRequest request, IDistributedCache cache, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var note = await reader.ReadToEndAsync(cancellationToken);
        if (note.Length > LongestNote)
        {
            return TypedResults.BadRequest($"A note has {LongestNote} characters at most.");
        }

        await cache.SetStringAsync(KeyOf(name), note, WhileItIsUsed, cancellationToken);
        return TypedResults.NoContent();
    }

    private static string KeyOf(string name) => $"note:{name}";
}
