using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

/// <summary>The log for storages that can do nothing but get and set.</summary>
public sealed class SharedValueLogTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly FakeStorage _storage;

    public SharedValueLogTests() => _storage = new FakeStorage(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Append_ByTwo_IsOneOrder()
    {
        var (one, other) = (Log(), Log());

        Assert.Equal(1, await one.AppendAsync(new byte[] { 1 }, Ct));
        Assert.Equal(2, await other.AppendAsync(new byte[] { 2 }, Ct));
        Assert.Equal(3, await one.AppendAsync(Array.Empty<byte>(), Ct));

        Assert.Equal([1, 2, 3], (await other.ReadAsync(1, 10, Ct)).Select(record => record.Sequence));
        Assert.Equal([2], (await other.ReadAsync(2, 1, Ct)).Select(record => record.Sequence));
        Assert.Equal([2], (await one.ReadAsync(2, 1, Ct))[0].Bytes.ToArray());
        Assert.Equal(3, (await one.ReadLastAsync(Ct))!.Value.Sequence);
    }

    [Fact]
    public async Task Append_SomebodyWroteOverIt_IsAppendedAgain()
    {
        var (one, other) = (Log(), Log());
        await one.AppendAsync(new byte[] { 1 }, Ct);
        var before = _storage.Find("log").Bytes.ToArray();

        // The other one wrote, and found what it wrote; then comes what somebody had read before.
        await other.AppendAsync(new byte[] { 2 }, Ct);
        _storage.Put("log", before);
        Assert.Equal([1], (await one.ReadAsync(1, 10, Ct)).Select(record => record.Sequence));

        await other.ReadAsync(1, 10, Ct);

        Assert.Equal([[1], [2]], (await one.ReadAsync(1, 10, Ct)).Select(record => record.Bytes.ToArray()));
    }

    [Fact]
    public async Task Append_SomebodyWroteOverIt_WhoHasReadItSeesThatItHasMissedSomething()
    {
        var (one, other, third, reader) = (Log(), Log(), Log(), Log());
        await other.AppendAsync(new byte[] { 1 }, Ct);
        var gate = new Gate();
        var isFirst = true;
        _storage.Before = (operation, _) =>
        {
            var waits = operation == "set" && isFirst;
            isFirst &= !waits;
            return waits ? gate.PassAsync(Ct) : Task.CompletedTask;
        };
        var late = one.AppendAsync("late"u8.ToArray(), Ct).AsTask();
        await gate.Reached;
        await other.AppendAsync(new byte[] { 2 }, Ct);
        await third.AppendAsync(new byte[] { 3 }, Ct);
        var last = (await reader.ReadLastAsync(Ct))!.Value;

        // The late one stands where the second was; the third is appended anew.
        gate.Open();
        await late;
        await third.ReadAsync(1, 10, Ct);
        await other.ReadAsync(1, 10, Ct);

        var page = await reader.ReadAsync(last.Sequence, 10, Ct);
        Assert.False(page[0].Sequence == last.Sequence && page[0].Bytes.Span.SequenceEqual(last.Bytes.Span), "It would read on behind the late one.");
        Assert.Equal(4, (await reader.ReadAsync(1, 10, Ct)).Count);
    }

    [Fact]
    public async Task Append_AppendingAnewFails_IsTriedAgain()
    {
        var (one, other) = (Log(), Log());
        await other.AppendAsync(new byte[] { 1 }, Ct);
        var before = _storage.Find("log").Bytes.ToArray();
        await one.AppendAsync(new byte[] { 2 }, Ct);
        _storage.Put("log", before);

        _storage.Before = (operation, _) => operation == "set" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(async () => await one.ReadAsync(1, 10, Ct));
        _storage.Before = null;
        await one.ReadAsync(1, 10, Ct);

        Assert.Equal([[1], [2]], (await other.ReadAsync(1, 10, Ct)).Select(record => record.Bytes.ToArray()));
    }

    [Fact]
    public async Task Append_WhileAnotherWrites_NoneIsLost()
    {
        var (one, other) = (Log(), Log());
        var gate = new Gate();
        var isFirst = true;
        _storage.Before = (operation, _) =>
        {
            if (operation == "set" && isFirst)
            {
                isFirst = false;
                return gate.PassAsync(CancellationToken.None);
            }

            return Task.CompletedTask;
        };
        var held = one.AppendAsync(new byte[] { 1 }, Ct).AsTask();
        await gate.Reached;
        await other.AppendAsync(new byte[] { 2 }, Ct);
        gate.Open();
        await held.WaitAsync(Patience.Limit, Ct);

        await other.ReadAsync(0, 10, Ct);

        Assert.Equal([1, 2], (await one.ReadAsync(0, 10, Ct)).SelectMany(record => record.Bytes.ToArray()).Order().Select(value => (int)value));
    }

    [Fact]
    public async Task Append_MoreThanItKeeps_TheOldestGo()
    {
        var log = Log(records: 3);
        for (byte i = 1; i <= 5; i++)
        {
            await log.AppendAsync(new[] { i }, Ct);
        }

        Assert.Equal([3, 4, 5], (await log.ReadAsync(0, 10, Ct)).Select(record => record.Sequence));
    }

    [Fact]
    public async Task Append_MoreBytesThanItKeeps_TheOldestGo()
    {
        var log = Log();
        for (byte i = 1; i <= 5; i++)
        {
            await log.AppendAsync(new byte[40_000], Ct);
        }

        Assert.Equal([3, 4, 5], (await log.ReadAsync(0, 10, Ct)).Select(record => record.Sequence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(20)]
    public async Task Read_Damaged_EndsThere(int length)
    {
        var log = Log();
        await log.AppendAsync(new byte[] { 1, 2, 3 }, Ct);
        await log.AppendAsync(new byte[] { 4, 5, 6 }, Ct);
        _storage.Put("log", _storage.Find("log").Bytes.ToArray()[..length]);

        var reader = new SharedValueLog(_storage, "log", 100, _time);
        Assert.Equal(length / 12, (await reader.ReadAsync(0, 10, Ct)).Count);
    }

    private SharedValueLog Log(int records = 100) => new(_storage, "log", records, _time);
}
