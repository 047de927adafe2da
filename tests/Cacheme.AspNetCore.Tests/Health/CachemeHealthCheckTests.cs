using System.Net;
using Cacheme.AspNetCore.Tests.Testing;
using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cacheme.AspNetCore.Tests.Health;

/// <summary>The health check, with a real Redis that goes and comes.</summary>
public sealed class CachemeHealthCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_GoesAndComes_ItIsNamedWhileItIsGone()
    {
        RedisServer.Require();
        await using var redis = await RedisServer.StartAsync(password: "a-secret");
        await using var app = await StartAsync(cacheme => cacheme.AddStorage("redis", $"redis://:a-secret@{redis.EndPoint}").AddStorage("other", _ => new FakeStorage(TimeProvider.System)));
        Assert.Equal((HttpStatusCode.OK, "Healthy: Every storage answers. other=up redis=up"), await AskAsync(app));

        redis.Stop();
        var degraded = await AskAsync(app);
        await redis.RestartAsync();

        Assert.Equal((HttpStatusCode.OK, "Degraded: Down: 'redis'. What it had is loaded anew until it is back. other=up redis=down"), degraded);
        await Eventually.HoldsAsync(async () => await AskAsync(app) == (HttpStatusCode.OK, "Healthy: Every storage answers. other=up redis=up"));
    }

    [Fact]
    public async Task Application_WithMemoryOnly_IsHealthy()
    {
        await using var app = await StartAsync(_ => { });

        Assert.Equal((HttpStatusCode.OK, "Healthy: Every storage answers. "), await AskAsync(app));
    }

    [Fact]
    public async Task FailureStatusNameAndTags_AreTheApplications()
    {
        var storage = new FakeStorage(TimeProvider.System) { Before = (_, _) => throw new IOException("down") };
        await using var app = await StartAsync(
            cacheme => cacheme.AddStorage("other", _ => storage), checks => checks.AddCacheme("store", HealthStatus.Unhealthy, ["ready"]));

        var registration = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single();

        Assert.Equal(("store", "ready"), (registration.Name, Assert.Single(registration.Tags)));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy: Down: 'other'. What it had is loaded anew until it is back. other=down"), await AskAsync(app));
    }

    [Fact]
    public async Task NoCache_SaysWhatIsMissing()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCacheme();
        await using var provider = services.BuildServiceProvider();

        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token));

        Assert.Contains("AddCacheme(cacheme", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(Action<CachemeBuilder> configure, Action<IHealthChecksBuilder>? check = null) => TestApp.StartAsync(
        web => web.MapHealthChecks("/health", new HealthCheckOptions
        {
            ResponseWriter = static (http, report) => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                http.Response,
                string.Join('\n', report.Entries.Values.Select(static entry =>
                    $"{entry.Status}: {entry.Description} {string.Join(' ', entry.Data.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"))}"))),
        }),
        services =>
        {
            services.AddCacheme(configure);
            (check ?? (static checks => checks.AddCacheme()))(services.AddHealthChecks());
        });

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(TestApp app)
    {
        using var answer = await app.Client.GetAsync("/health", Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
