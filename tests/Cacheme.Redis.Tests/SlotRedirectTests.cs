using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

public sealed class SlotRedirectTests
{
    private readonly List<CommandFlags> _sent = [];

    [Fact]
    public async Task Follow_NodeBecameAReplicaBeforeTheCommandWasWritten_SendsItAgain()
    {
        var neverSent = new RedisConnectionException(
            ConnectionFailureType.InternalFailure,
            CommandFlags.NoRedirect,
            "InternalFailure on SETEX",
            new RedisCommandException("Command cannot be issued to a replica: SETEX"),
            CommandStatus.Unknown);

        Assert.Equal("done", await FollowAsync(neverSent));

        Assert.Equal([CommandFlags.NoRedirect, CommandFlags.NoRedirect], _sent);
    }

    [Fact]
    public async Task Follow_ConnectionBroke_DoesNotSendItAgain()
    {
        var broken = new RedisConnectionException(
            ConnectionFailureType.SocketFailure, CommandFlags.NoRedirect, "SocketFailure on SETEX", innerException: null, CommandStatus.Sent);

        Assert.Same(broken, await Assert.ThrowsAsync<RedisConnectionException>(() => FollowAsync(broken)));

        Assert.Single(_sent);
    }

    private Task<string> FollowAsync(Exception first) => new SlotRedirect(TimeProvider.System).FollowAsync(
        first,
        (failure, flags) =>
        {
            _sent.Add(flags);
            return _sent.Count == 1 ? Task.FromException<string>(failure) : Task.FromResult("done");
        },
        CommandFlags.NoRedirect,
        TestContext.Current.CancellationToken);
}
