using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>The framework's request timeouts: who runs out of time is told so then, whoever else waits.</summary>
public class ActionTimeoutTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LeaderWhoseTimeIsUp_IsAnsweredWithoutWaitingForTheOthers()
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.UseRequestTimeouts();
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapControllers();
            },
            static services => OnlyControllers.Add(services.AddRequestTimeouts(), typeof(SlowController)));
        var gate = app.Services.GetRequiredService<Gate>();
        var leader = app.Client.GetAsync("/slow/1", Token);
        await gate.Entered;
        var other = app.Client.GetAsync("/slower/1", Token);

        using var late = await leader.WaitAsync(Gate.Patience, Token); // the gate is closed: nothing else ends it
        gate.Open();
        using var answer = await other;

        Assert.Equal((HttpStatusCode.GatewayTimeout, HttpStatusCode.OK), (late.StatusCode, answer.StatusCode));
    }

    [ApiController]
    [CacheWith<UserNode>]
    internal sealed class SlowController(Gate gate, Counter runs) : ControllerBase
    {
        [HttpGet("/slow/{userId:int}")]
        [RequestTimeout(700)]
        public Task<User> Slow(int userId, CancellationToken cancellationToken) => Slower(userId, cancellationToken);

        [HttpGet("/slower/{userId:int}")]
        public async Task<User> Slower(int userId, CancellationToken cancellationToken)
        {
            await gate.PassAsync(cancellationToken);
            return new(userId, $"run {runs.Next()}");
        }
    }
}
