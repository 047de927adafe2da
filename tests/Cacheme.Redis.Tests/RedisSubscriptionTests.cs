using System.Reflection;
using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>What a real driver does only now and then.</summary>
public sealed class RedisSubscriptionTests
{
    // The driver throws when it is closed and has not yet noticed which of its servers held the channel.
    [Fact]
    public async Task Leave_ConnectionIsClosedAndTheDriverThrows_DoesNotFail()
    {
        await using var server = await RedisServer.StartAsync();
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.EndPoint);
        var connection = Overriding.Of<IConnectionMultiplexer>(multiplexer, nameof(IConnectionMultiplexer.GetSubscriber), () =>
            Overriding.Of(multiplexer.GetSubscriber(), nameof(ISubscriber.UnsubscribeAsync), () => throw new ObjectDisposedException("driver")));
        var subscription = new RedisSubscription(connection, "log", (_, _) => { });
        await subscription.EnsureAsync(TestContext.Current.CancellationToken);

        subscription.Leave();

        Assert.True(await subscription.EnsureAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The driver, except for one method.</summary>
    public class Overriding : DispatchProxy
    {
        private object _inner = null!;
        private string _method = null!;
        private Func<object?> _instead = null!;

        public static T Of<T>(T inner, string method, Func<object?> instead)
            where T : class
        {
            var proxy = Create<T, Overriding>();
            var overriding = (Overriding)(object)proxy;
            (overriding._inner, overriding._method, overriding._instead) = (inner, method, instead);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == _method ? _instead() : targetMethod.Invoke(_inner, args);
    }
}
