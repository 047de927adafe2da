using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Sends a command again that a node of a cluster refused because the key's slot is, or is going, elsewhere.</summary>
/// <remarks>
/// The driver follows a redirect once, and of a read that is nearly always enough. It also follows it when the answer comes
/// long after the caller was told that the command had failed: a node that hung and lost its slots meanwhile answers so,
/// and then an old write would come after what other processes wrote or removed. So writes are sent with
/// <see cref="CommandFlags.NoRedirect"/>, with which the driver learns where the slot is and leaves it to us, who look at
/// the clock. The caller's token does not tell: a write is waited for to its end, also when nobody wants it any more.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class SlotRedirect(TimeProvider time)
{
    /// <summary>How old a command may be to be sent again. A node in its right mind redirects within a few milliseconds.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(500);

    private const int MaxAttempts = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends a command until it is not redirected any more, is too old, the nodes send it round in circles, or its caller leaves.</summary>
    /// <param name="state">What the command needs.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="flags">How it is sent.</param>
    /// <param name="cancellationToken">Fires when the caller leaves: the command is not sent again.</param>
    public async Task<TResult> FollowAsync<TState, TResult>(
        TState state, Func<TState, CommandFlags, Task<TResult>> send, CommandFlags flags, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var now = flags;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await send(state, now).ConfigureAwait(false);
            }
            catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.Moved && MayGoOn(attempt, begun, cancellationToken))
            {
                now = flags;
            }
            catch (RedisConnectionException refusal) when (refusal.InnerException is RedisCommandException && MayGoOn(attempt, begun, cancellationToken))
            {
                // The driver has learned, after it chose the node and before it wrote, that the node is a replica now: nothing was sent.
                now = flags;
            }
            catch (RedisConnectionException refusal)
                when (refusal.FailureType == ConnectionFailureType.UnableToConnect && now == CommandFlags.NoRedirect && MayGoOn(attempt, begun, cancellationToken))
            {
                // So the driver calls an ASK that it may not follow, and a server that is gone. A slot that is on its way
                // can be asked for by the driver only; of a server that is gone it will say the same again.
                now = CommandFlags.None;
            }

            if (attempt > 1)
            {
                // The nodes do not agree yet: each names the other.
                await Task.Delay(Pause * attempt, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool MayGoOn(int attempt, long begun, CancellationToken cancellationToken) =>
        attempt < MaxAttempts && time.GetElapsedTime(begun) <= MaxAge && !cancellationToken.IsCancellationRequested;
}
