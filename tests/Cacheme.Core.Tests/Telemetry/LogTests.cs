using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Cacheme.Tests.Pipeline;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Telemetry;

/// <summary>Whatever goes wrong, no log event holds a key or a value: either may name a person.</summary>
public sealed class LogTests : RuleTests
{
    private const int StorageFailed = 1;
    private const int CircuitOpened = 2;
    private const int CircuitClosed = 3;
    private const int StorageNotReachedAtStart = 4;
    private const int TooManyPendingRemovals = 5;
    private const int SharedKey = 6;
    private const int UnreadableEntry = 7;
    private const int DeserializationFailed = 8;
    private const int SerializationFailed = 9;
    private const int PayloadTooLarge = 10;
    private const int LoadFailed = 11;
    private const string SecretKey = "ada.lovelace";
    private const string SecretValue = "born in 1815";

    private readonly FickleSerializer _serializer = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outage_OfTheStorage_LogsNoKey()
    {
        var node = Node("people");
        await Fixture.StartAsync();
        Remote.Before = (_, _) => throw new IOException("down");
        for (var i = 0; i < 10; i++)
        {
            await GetAsync(node, $"{SecretKey}{i}");
            await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(node.Key($"{SecretKey}{i}"), Ct).AsTask());
        }

        Remote.Before = null;
        Fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await GetAsync(node, SecretKey);

        AssertLogged(StorageFailed, CircuitOpened, CircuitClosed, TooManyPendingRemovals);
    }

    [Fact]
    public async Task Start_StorageDown_LogsNoKey()
    {
        Remote.Before = (_, _) => throw new IOException("down");

        await Fixture.StartAsync();
        await GetAsync(Node("people"), SecretKey);

        AssertLogged(StorageNotReachedAtStart, StorageFailed);
    }

    [Fact]
    public async Task Timeout_OfTheStorage_LogsNoKey()
    {
        var never = new Gate();
        Remote.Before = (operation, _) => operation == "get" ? never.PassAsync(CancellationToken.None) : Task.CompletedTask;

        var get = GetAsync(Node("people"), SecretKey);
        await never.Reached;
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await get.WaitAsync(Patience.Limit, Ct);

        AssertLogged(StorageFailed);
    }

    [Fact]
    public async Task Rubbish_UnderTheKey_LogsNoKey()
    {
        Remote.Put($"cacheme:{SecretKey}:", System.Text.Encoding.UTF8.GetBytes(SecretValue));

        await GetAsync(Node("people"), SecretKey);

        AssertLogged(UnreadableEntry);
    }

    [Fact]
    public async Task SharedKey_OfTwoNodes_LogsNoKey()
    {
        await GetAsync(Cacheme.BuildNode<string>("people", policy => policy.Cache("local").Cache("remote")), SecretKey);

        await GetAsync(Cacheme.BuildNode<string>("others", policy => policy.Cache("local").Cache("remote")), SecretKey);

        AssertLogged(SharedKey, UnreadableEntry);
    }

    [Fact]
    public async Task Value_ThatCannotBeWrittenOrRead_LogsNoKey()
    {
        var node = Node("people");
        _serializer.CanWrite = false;
        await GetAsync(node, $"{SecretKey}1");
        _serializer.CanWrite = true;
        await GetAsync(node, $"{SecretKey}2");
        _serializer.CanRead = false;
        await GetAsync(node, $"{SecretKey}2");

        AssertLogged(SerializationFailed, DeserializationFailed);
    }

    [Fact]
    public async Task Value_ThatIsTooLarge_LogsNoKey()
    {
        await GetAsync(Cacheme.BuildNode<string>("people", policy => policy.Cache("remote").MaxPayload(1)), SecretKey);

        AssertLogged(PayloadTooLarge);
    }

    [Fact]
    public async Task Load_ThatFailsOrWaitsForItself_LogsNoKey()
    {
        var node = Node("people");
        await Assert.ThrowsAsync<IOException>(() => Cacheme.GetAsync(node.Key(SecretKey), _ => throw new IOException("down"), Ct).AsTask());
        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(
            node.Key(SecretKey), token => Cacheme.GetAsync(node.Key(SecretKey), _ => new ValueTask<string>(SecretValue), token), Ct).AsTask());

        AssertLogged(LoadFailed);
    }

    protected override void Configure(CachemeBuilder cacheme) =>
        cacheme.ConfigureStorage("remote", options => options.MaxPendingRemovals = 2);

    private DynamicNodes<string> Node(string name) => Cacheme.BuildNode<string>(name, policy => policy.Cache("remote").Serializer(_serializer));

    private Task<string> GetAsync(DynamicNodes<string> node, string key) =>
        Cacheme.GetAsync(node.Key(key), _ => new ValueTask<string>(SecretValue), Ct).AsTask();

    private void AssertLogged(params int[] events)
    {
        Assert.All(events, number => Assert.True(Fixture.Log.CountOf(number) > 0, $"Event {number} is not there."));
        Assert.All(Fixture.Log.Records, record =>
        {
            Assert.NotEqual(0, record.Event);
            Assert.DoesNotContain(SecretKey, $"{record.Text} {record.Exception}", StringComparison.Ordinal);
            Assert.DoesNotContain(SecretValue, $"{record.Text} {record.Exception}", StringComparison.Ordinal);
        });
    }
}
