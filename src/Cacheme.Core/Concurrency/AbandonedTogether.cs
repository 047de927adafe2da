namespace Cacheme.Concurrency;

/// <summary>A token that fires when all of several have fired: when nobody waits for any part of a shared piece of work.</summary>
internal sealed class AbandonedTogether : IDisposable
{
    private readonly CancellationTokenSource? _all;
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private int _left;

    public AbandonedTogether(IReadOnlyList<CancellationToken> tokens)
    {
        if (tokens.Count == 1)
        {
            Token = tokens[0];
            return;
        }

        _all = new CancellationTokenSource();
        _left = tokens.Count;
        Token = _all.Token;
        foreach (var token in tokens)
        {
            _registrations.Add(token.UnsafeRegister(static state => ((AbandonedTogether)state!).OneFired(), this));
        }
    }

    public CancellationToken Token { get; }

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
