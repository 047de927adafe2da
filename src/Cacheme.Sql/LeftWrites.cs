namespace Cacheme.Sql;

/// <summary>Writes whose callers have left before the server answered. What comes later for the same keys waits for them.</summary>
/// <remarks>
/// Statements of two connections have no order of their own: a server that was frozen may execute a removal first and then the
/// write from before, which would be back for good.
/// </remarks>
internal sealed class LeftWrites
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _byKey = new(StringComparer.Ordinal);

    /// <summary>Remembers a write until it ends.</summary>
    /// <param name="keys">Its keys.</param>
    /// <param name="write">The write.</param>
    public void Add(IReadOnlyList<string> keys, Task write)
    {
        Task pending;
        lock (_gate)
        {
            Task[] earlier = [.. keys.Select(_byKey.GetValueOrDefault).OfType<Task>().Distinct()];
            pending = earlier is [] ? write : Task.WhenAll([.. earlier, write]);
            foreach (var key in keys)
            {
                _byKey[key] = pending;
            }
        }

        _ = ForgetAsync(keys, pending);
    }

    /// <summary>Waits until none of the keys is under way any more.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask WaitAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        while (Find(keys) is { } write)
        {
            await write.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private Task? Find(IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            for (var i = 0; _byKey.Count > 0 && i < keys.Count; i++)
            {
                if (_byKey.TryGetValue(keys[i], out var write) && !write.IsCompleted)
                {
                    return write;
                }
            }
        }

        return null;
    }

    private async Task ForgetAsync(IReadOnlyList<string> keys, Task pending)
    {
        await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (_byKey.TryGetValue(key, out var latest) && latest == pending)
                {
                    _byKey.Remove(key);
                }
            }
        }
    }
}
