using Cacheme.Storage;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Prolongs the lives of documents.</summary>
/// <param name="write">Makes a change.</param>
/// <param name="time">The clock.</param>
internal sealed class MongoLifetimes(Func<Func<IMongoCollection<MongoEntry>, Task>, CancellationToken, ValueTask> write, TimeProvider time) : IStorageLifetimes
{
    public ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = MongoExpiry.Now(time);
        return write(entries => MongoWrite.ProlongAsync(entries, keys, now, MongoExpiry.At(now, timeToLive)!.Value), cancellationToken); // Not null: there is a time to live.
    }
}
