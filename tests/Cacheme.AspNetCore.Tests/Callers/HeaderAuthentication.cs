using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cacheme.AspNetCore.Tests.Callers;

/// <summary>A real authentication scheme whose callers say in a header who they are: <c>type=value</c> for each claim, with semicolons between.</summary>
/// <remarks>A claim with a question mark before it is of a second identity that nobody has authenticated.</remarks>
internal sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Header = "X-Caller";
    public const string SchemeName = "header";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[Header] is not [{ } caller])
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var claims = caller.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static claim => claim.Split('=')).Select(static parts => new Claim(parts[0], parts[1])).ToLookup(static claim => claim.Type[0] == '?');
        var principal = new ClaimsPrincipal([new ClaimsIdentity(claims[false], SchemeName), new ClaimsIdentity(claims[true].Select(static claim => new Claim(claim.Type[1..], claim.Value)))]);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName)));
    }
}
