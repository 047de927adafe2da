namespace Cacheme.Testing;

/// <summary>How long a test waits for what must happen before it calls it a hang.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
}
