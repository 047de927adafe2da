namespace Cacheme.Redis.Tests;

/// <summary>Waits for what a real server does in its own time and tells nobody of.</summary>
internal static class Eventually
{
    private const int Attempts = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(Poll, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The condition never held.");
    }
}
