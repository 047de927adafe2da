using System.Collections.Concurrent;
using Cacheme.Storage;

namespace Cacheme.Invalidation;

/// <summary>Tells again what could not be told, at every interval, until it is.</summary>
/// <remarks>Only the one who reads the log calls <see cref="Send"/>; the rest is thread-safe.</remarks>
/// <param name="storage">The storage.</param>
/// <param name="sender">Keeps what could not be told, and sends.</param>
/// <param name="tags">The tags.</param>
/// <param name="targets">The nodes, by name.</param>
/// <param name="interval">The time between two attempts.</param>
/// <param name="clock">The time.</param>
internal sealed class InvalidationRetries(
    RemoteStorage storage, InvalidationSender sender, LoggedTags tags, ConcurrentDictionary<string, IInvalidationTarget> targets, TimeSpan interval, CacheClock clock)
{
    private long _nextAt = long.MinValue;
    private volatile bool _isSending;

    /// <summary>Whether nothing is being told again.</summary>
    public bool IsAtRest => !_isSending;

    /// <summary>Tells again what was kept, if it is time. Does not wait.</summary>
    public void Send()
    {
        // At every interval, not at every look: what is told wakes its teller too.
        if (!_isSending && !storage.IsCutOff && clock.Now >= _nextAt)
        {
            // Owned by this instance: there is one at a time. Never fails, since the storage answers with an error.
            _isSending = true;
            _nextAt = clock.Now + (long)interval.TotalMilliseconds;
            _ = SendKeptAsync();
        }
    }

    /// <summary>Tells that tags were removed; what fails is told again. Never fails.</summary>
    /// <param name="group">The tags.</param>
    /// <param name="failures">Failures of them up to this one are told with it.</param>
    public async Task<Guarded<long>> SendTagsAsync(InvalidationGroup group, long failures)
    {
        var sent = await sender.SendAsync(group).ConfigureAwait(false);
        if (sent.Error is null)
        {
            tags.Told(group, sent.Value, failures);
        }
        else
        {
            sender.Keep(group);
            tags.AddUntold(group);
        }

        return sent;
    }

    private async Task SendKeptAsync()
    {
        try
        {
            // Counted before it is taken: what fails from here on is kept anew.
            var ofTags = tags.Failures;
            var ofNodes = targets.Values.ToDictionary(static target => target.Node, static target => target.Failures, StringComparer.Ordinal);
            var kept = sender.TakeKept();
            await Task.WhenAll(kept.Where(static group => !group.IsOfTags).Select(group =>
                targets.TryGetValue(group.Node, out var target) ? target.SendAgainAsync(group, ofNodes.GetValueOrDefault(group.Node)) : Task.CompletedTask)).ConfigureAwait(false);
            var told = await Task.WhenAll(kept.Where(static group => group.IsOfTags).Select(group => SendTagsAsync(group, ofTags))).ConfigureAwait(false);
            if (told.Length > 0 && Array.TrueForAll(told, static sent => sent.Error is null))
            {
                tags.AllTold(told.Max(static sent => sent.Value), ofTags);
            }
        }
        finally
        {
            _isSending = false;
        }
    }
}
