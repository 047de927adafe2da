using CsCheck;

namespace Cacheme.Tests.Rules;

/// <summary>Holds whoever comes by, and lets them go one by one in an order of the test's own.</summary>
internal sealed class Turnstile
{
    private readonly List<TaskCompletionSource> _held = [];
    private readonly Lock _lock = new();
    private bool _isOpen;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    public Task PassAsync()
    {
        // Who is let go goes on at once, on the thread that lets it: what follows is part of the same step.
        var place = new TaskCompletionSource();
        lock (_lock)
        {
            if (_isOpen)
            {
                return Task.CompletedTask;
            }

            _held.Add(place);
            return place.Task;
        }
    }

    public void Release(PCG random, bool fails)
    {
        TaskCompletionSource place;
        lock (_lock)
        {
            if (_held.Count == 0)
            {
                return;
            }

            var which = (int)random.Next((uint)_held.Count);
            place = _held[which];
            _held.RemoveAt(which);
        }

        if (fails)
        {
            place.SetException(new IOException("down"));
        }
        else
        {
            place.SetResult();
        }
    }

    public void Open()
    {
        List<TaskCompletionSource> held;
        lock (_lock)
        {
            _isOpen = true;
            held = [.. _held];
            _held.Clear();
        }

        held.ForEach(place => place.SetResult());
    }
}
