namespace Cacheme.Concurrency;

/// <summary>A token that fires when all of several have fired: when nobody waits for any part of a shared piece of work.</summary>
internal sealed class AbandonedTogether : IDisposable
{
    private readonly CancellationTokenSource? _all;
    private readonly CancellationTokenRegistration[] _registrations = [];
    private int _left;

    private AbandonedTogether(CancellationToken only) => Token = only;

    private AbandonedTogether(CancellationToken[] tokens)
    {
        _all = new CancellationTokenSource();
        _left = tokens.Length;
        Token = _all.Token;
        _registrations = Array.ConvertAll(
            tokens, token => token.UnsafeRegister(static state => ((AbandonedTogether)state!).OneFired(), this));
    }

    public CancellationToken Token { get; }

    /// <summary>Makes it of the parts' tokens. Where one of them never fires, neither does this.</summary>
    public static AbandonedTogether Of<TPart>(List<TPart> parts, Func<TPart, CancellationToken> tokenOf)
    {
        if (parts.Count == 1)
        {
            return new(tokenOf(parts[0]));
        }

        CancellationToken[] tokens = [.. parts.Select(tokenOf)];
        return Array.TrueForAll(tokens, static token => token.CanBeCanceled) ? new(tokens) : new(CancellationToken.None);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _all?.Dispose();
    }

    private void OneFired()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _all!.Cancel(); // Not null: there are several.
        }
    }
}
