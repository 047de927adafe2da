using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite;

/// <summary>The open connections. Lends one at a time to each operation, and opens the file anew after a failure that says so.</summary>
/// <remarks>
/// How many are open is bounded by the lanes in front. After the file was found damaged or gone, no session is opened while
/// one from before is in use: within one process, sessions of an old and a new file of the same name would share locks.
/// </remarks>
internal sealed class SessionPool(DatabaseFile file, Statements statements, ILogger logger) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly Lock _opening = new();
    private readonly Stack<Session> _idle = new();
    private SqliteException? _lost;
    private int _inUse;
    private bool _reported;

    public T Use<T>(Func<Session, T> work)
    {
        var session = Take();
        T result;
        try
        {
            session ??= Open();
            result = work(session);
        }
        catch (SqliteException exception)
        {
            Discard(session, exception);
            throw file.Explain(exception);
        }
        catch
        {
            Discard(session, null);
            throw;
        }

        GiveBack(session);
        return result;
    }

    /// <summary>Notices that somebody deleted the file: open connections would go on with what has no name any more.</summary>
    public void ReopenIfGone()
    {
        if (!file.Exists)
        {
            Lose(new SqliteException("The file was deleted.", SQLitePCL.raw.SQLITE_CANTOPEN));
        }
    }

    public void Dispose() => CloseIdle();

    private Session? Take()
    {
        lock (_sync)
        {
            if (_lost is not null)
            {
                throw file.Explain(_lost);
            }

            _inUse++;
            return _idle.TryPop(out var session) ? session : null;
        }
    }

    // One at a time, because the first one makes the table.
    private Session Open()
    {
        lock (_opening)
        {
            var isNew = !file.Exists;
            var session = new Session(file.Open(), statements);
            _reported &= !isNew;
            return session;
        }
    }

    private void GiveBack(Session session)
    {
        lock (_sync)
        {
            if (_lost is null)
            {
                _inUse--;
                _idle.Push(session);
                return;
            }
        }

        Discard(session, null);
    }

    private void Discard(Session? session, SqliteException? cause)
    {
        try
        {
            session?.Dispose();
            if (cause is not null && DatabaseFile.IsLost(cause))
            {
                Report(cause);
                Lose(cause);
            }
        }
        finally
        {
            lock (_sync)
            {
                _inUse--;
                _lost = _inUse == 0 ? null : _lost;
            }
        }
    }

    private void Lose(SqliteException cause)
    {
        lock (_sync)
        {
            _lost = _inUse == 0 ? null : cause;
        }

        CloseIdle();
    }

    private void Report(SqliteException cause)
    {
        if (DatabaseFile.IsCorrupt(cause) && !Interlocked.Exchange(ref _reported, true))
        {
            Log.FileDamaged(logger, file.FullPath, cause);
        }
    }

    private void CloseIdle()
    {
        while (true)
        {
            Session? session;
            lock (_sync)
            {
                if (!_idle.TryPop(out session))
                {
                    return;
                }
            }

            session.Dispose();
        }
    }
}
