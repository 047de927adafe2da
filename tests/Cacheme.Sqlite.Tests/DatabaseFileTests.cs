using Cacheme.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Sqlite.Tests;

public sealed class DatabaseFileTests : IAsyncDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly EventLog _log = new();
    private readonly SqliteStorage _storage;

    public DatabaseFileTests() => _storage = Make(_file.ConnectionString);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _file.Dispose();
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=cache;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:cache?mode=memory")]
    [InlineData("Data Source=")]
    [InlineData("")]
    public void New_NoFile_NamesTheCure(string connectionString) =>
        Assert.Contains("AddLocal", Assert.Throws<ArgumentException>(() => Make(connectionString)).Message, StringComparison.Ordinal);

    [Fact]
    public void New_ReadOnly_Throws() => Assert.Throws<ArgumentException>(() => Make($"{_file.ConnectionString};Mode=ReadOnly"));

    [Fact]
    public async Task Connect_DirectoryIsMissing_MakesIt()
    {
        var path = Path.Combine(_file.FullPath, "..", "some", "where", "cache.db");
        await using var storage = Make($"Data Source={path}");

        await storage.ConnectAsync(Token);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Operations_FileIsGarbage_NameTheFileAndTheCureAndLogOnce()
    {
        await File.WriteAllTextAsync(_file.FullPath, new string('x', 8_192), Token);

        InvalidDataException[] exceptions =
        [
            await Assert.ThrowsAsync<InvalidDataException>(async () => await _storage.ConnectAsync(Token)),
            await Assert.ThrowsAsync<InvalidDataException>(ReadAsync),
            await Assert.ThrowsAsync<InvalidDataException>(WriteAsync),
        ];

        Assert.All(exceptions, exception => Assert.Contains(_file.FullPath, exception.Message, StringComparison.Ordinal));
        Assert.All(exceptions, exception => Assert.Contains("Move or delete it", exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(exceptions, exception => exception.ToString().Contains("xxx", StringComparison.Ordinal));
        Assert.Single(_log.Of(1));
    }

    [Fact]
    public async Task Operations_GarbageWasDeleted_WorkAndLogTheNextOne()
    {
        await File.WriteAllTextAsync(_file.FullPath, new string('x', 8_192), Token);
        await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);

        _file.Delete();

        await WriteAsync();
        Assert.True(await ReadAsync());
        _file.Damage();
        await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);
        Assert.Equal(2, _log.Of(1).Count());
    }

    [Fact]
    public async Task Operations_FileIsDamagedWhileOpen_ThrowUntilItIsDeleted()
    {
        await WriteAsync();
        Assert.True(await ReadAsync());

        _file.Damage();
        await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);
        await Assert.ThrowsAsync<InvalidDataException>(WriteAsync);

        _file.Delete();
        Assert.False(await ReadAsync());
        await WriteAsync();
        Assert.True(await ReadAsync());
    }

    [Fact]
    public async Task Operations_ManyAtOnceOnADamagedFile_AllNameTheCure()
    {
        await WriteAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync()));
        _file.Damage();

        var reads = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Record.ExceptionAsync(ReadAsync).AsTask()));

        Assert.All(reads, exception => Assert.IsType<InvalidDataException>(exception));
        Assert.Single(_log.Of(1));
        _file.Delete();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WriteAsync()));
        Assert.True(await ReadAsync());
    }

    [Fact]
    public async Task Operations_FileCannotBeOpened_NameItAndLaterWork()
    {
        var directory = Directory.CreateDirectory(_file.FullPath);

        var exception = await Assert.ThrowsAsync<IOException>(WriteAsync);

        Assert.Contains(_file.FullPath, exception.Message, StringComparison.Ordinal);
        directory.Delete();
        await WriteAsync();
        Assert.True(await ReadAsync());
    }

    private SqliteStorage Make(string connectionString) =>
        new(connectionString, new SqliteStorageOptions(), new FakeTimeProvider(), _log);

    // Larger than what a connection keeps in memory, so that the file is read.
    private async Task WriteAsync() => await _storage.SetAsync([new StorageWrite("a", new byte[8 * 1024 * 1024], null)], Token);

    private async Task<bool> ReadAsync() => (await _storage.GetAsync(["a"], Token))[0].Exists;
}
