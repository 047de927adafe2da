using Xunit;

namespace Cacheme.Testing;

/// <summary>Waits for what a real server does in its own time and tells nobody of.</summary>
public static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is yes; a failure counts as no. Fails when that takes too long.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var failure = await Record.ExceptionAsync(async () => Assert.True(await condition()));
            if (failure is null)
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience.Limit)
            {
                throw failure;
            }

            await Task.Delay(Poll, TestContext.Current.CancellationToken);
        }
    }
}
