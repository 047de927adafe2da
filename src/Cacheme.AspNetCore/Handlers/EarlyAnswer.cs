namespace Cacheme.AspNetCore.Handlers;

/// <summary>What the cache has answered before the arguments were bound, for an endpoint's filter: it does not ask again. Used once.</summary>
internal sealed class EarlyAnswer<TValue>(object endpoint, CacheAnswer<TValue> answer)
{
    private bool _isTaken;

    public bool TryTake(object asking, out CacheAnswer<TValue> taken)
    {
        taken = answer;
        if (_isTaken || asking != endpoint)
        {
            return false;
        }

        _isTaken = true;
        return true;
    }
}
