using Xunit;

namespace Cacheme.Testing;

/// <summary>Waits for what a real server does in its own time and tells nobody of.</summary>
public static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience.Limit, "The condition never held.");
            await Task.Delay(Poll, TestContext.Current.CancellationToken);
        }
    }
}
