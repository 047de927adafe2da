using Cacheme.AspNetCore.Controllers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Results;

/// <summary>What the framework's choice of a formatter, and what that writes, depends on. Thread-safe.</summary>
/// <param name="action">The action.</param>
/// <param name="services">The application's services.</param>
internal sealed class Negotiation(ControllerActionDescriptor action, IServiceProvider services)
{
    // Longer ones are not a browser's; what they ask for is written anew.
    private const int LongestKey = 512;

    // The framework's own formatters look at nothing but these; another's may look at whatever it wants, and a filter may write
    // into the value, for one caller.
    private readonly Lazy<bool> _isKnown = new(() =>
        ActionFilters.AreHarmless(action, services)
        && services.GetRequiredService<IOptions<MvcOptions>>().Value.OutputFormatters.All(FrameworkParts.Contains)
        && FrameworkParts.Contains(services.GetService<OutputFormatterSelector>())
        && FrameworkParts.Contains(services.GetService<IActionResultExecutor<ObjectResult>>()));

    private readonly Lazy<MediaTypeCollection> _produced = new(() => ActionFilters.ProducedBy(action));

    /// <summary>The request's headers that it depends on.</summary>
    public static IEnumerable<string> Headers => ["Accept", "Accept-Charset"];

    /// <summary>The key of a request that no filter has seen: they would have said only what stands on the action.</summary>
    public string? EarlyKey(HttpRequest request) => Key(request, _produced.Value);

    /// <summary>Two requests with the same key get the same body of the same value; null where that is not sure.</summary>
    /// <param name="request">The request.</param>
    /// <param name="contentTypes">The media types that the result is bound to; none for any.</param>
    public string? Key(HttpRequest request, MediaTypeCollection contentTypes)
    {
        if (!_isKnown.Value)
        {
            return null;
        }

        var key = request.Headers.Accept.ToString();
        var asked = request.HttpContext.Response.ContentType;
        if (contentTypes.Count > 0 || asked is not null || !StringValues.IsNullOrEmpty(request.Headers.AcceptCharset))
        {
            // No header has a line's end in it.
            key = $"{key}\n{request.Headers.AcceptCharset}\n{asked}\n{string.Join(',', contentTypes)}";
        }

        return key.Length > LongestKey ? null : key;
    }
}
