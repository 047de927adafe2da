using Cacheme.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Sqlite.Tests;

public sealed class SessionPoolTests : IDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly SessionPool _pool;

    public SessionPoolTests()
    {
        var options = new SqliteStorageOptions();
        _pool = new SessionPool(new DatabaseFile(_file.ConnectionString, options), new Statements(options.Table), NullLogger.Instance);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Use_OneAfterTheOther_LendsTheSameSession() =>
        Assert.Same(_pool.Use(session => session), _pool.Use(session => session));

    [Fact]
    public void Use_WorkFailed_LendsAnother()
    {
        Session? failed = null;

        Assert.Throws<FormatException>(() => _pool.Use<bool>(session => { failed = session; throw new FormatException(); }));

        Assert.NotSame(failed, _pool.Use(session => session));
    }

    [Fact]
    public void Use_OneSessionFoundTheFileDamaged_TheOthersAreOpenedAnewToo()
    {
        _pool.Use(_ => _pool.Use(Write));
        _file.Damage();
        Assert.Throws<InvalidDataException>(() => _pool.Use(Read));

        _file.Delete();

        Assert.False(_pool.Use(first => _pool.Use(Read) || Read(first)));
    }

    [Fact]
    public void Use_ASessionOfTheLostFileIsInUse_OpensNoneUntilItIsBack()
    {
        _pool.Use(Write);
        _pool.Use(_ =>
        {
            _file.Damage();
            Assert.Throws<InvalidDataException>(() => _pool.Use(Read));
            _file.Delete();

            Assert.Throws<InvalidDataException>(() => _pool.Use(Read));
            Assert.False(File.Exists(_file.FullPath));
            return true;
        });

        Assert.False(_pool.Use(Read));
    }

    // Larger than what a connection keeps in memory, so that the file is read.
    private static int Write(Session session) => session.Set([new StorageWrite("a", new byte[8 * 1024 * 1024], null)], now: 0);

    private static bool Read(Session session) => session.Get(["a"], now: 0)[0].Exists;
}
