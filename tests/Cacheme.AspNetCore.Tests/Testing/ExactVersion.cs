namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Sends every request with one version of HTTP, or not at all.</summary>
internal sealed class ExactVersion(Version version) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = version;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return base.SendAsync(request, cancellationToken);
    }
}
