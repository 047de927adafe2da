namespace Cacheme.Tests.Face;

/// <summary>The source of the documentation's example.</summary>
public sealed class UserStore
{
    private int _finds;

    public int Finds => Volatile.Read(ref _finds);

    public Task<UserInfo> FindAsync(int id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _finds);
        return Task.FromResult(new UserInfo(id, $"user {id}", [id + 1, id + 2]));
    }
}
