using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 3: a storage that is down, slow or full of rubbish costs a log line, a counter and at most its timeout.</summary>
public sealed class Rule03_NeverBreaksAPageTests : RuleTests
{
    private const string Key = "cacheme:item:1:v1";
    private const int StorageFailed = 1;
    private const int CircuitOpened = 2;
    private const int CircuitClosed = 3;
    private const int NotReachedAtStart = 4;
    private const int UnreadableEntry = 7;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_StorageDown_DoesNotStopTheHost()
    {
        Remote.Before = (_, _) => throw new IOException("down");

        await Fixture.StartAsync();

        Assert.Equal(1, Fixture.Log.CountOf(NotReachedAtStart));
        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Start_StorageHangs_GoesOnAfterItsTimeout()
    {
        var never = new Gate();
        Remote.Before = (_, _) => never.PassAsync(CancellationToken.None);

        var start = Fixture.StartAsync();
        await never.Reached;
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await start.WaitAsync(Patience.Limit, Ct);

        Assert.Equal(1, Fixture.Log.CountOf(NotReachedAtStart));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_StorageFails_TheLoadAnswersAndTheFaultIsLogged(bool asynchronously)
    {
        Remote.Before = asynchronously
            ? async (_, _) =>
            {
                await Task.Yield();
                throw new IOException("down");
            }
            : (_, _) => throw new IOException("down");

        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);

        Assert.True(Fixture.Log.CountOf(StorageFailed) > 0);
        Assert.DoesNotContain(Fixture.Log.Records, record => record.Text.Contains("item:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_StorageGoesDownInTheMiddleAndComesBack_IsUsedAgain()
    {
        await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        Remote.Before = (_, _) => throw new IOException("down");
        Assert.Equal("1#2", (await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct)).Text);

        Remote.Before = null;
        await Cacheme.GetAsync(new RemoteOnlyNode(2), Ct);
        Assert.Equal("2#3", (await Cacheme.GetAsync(new RemoteOnlyNode(2), Ct)).Text);
        Assert.Equal(1, Cacheme.Stats<RemoteOnlyNode>().HitCount);
    }

    [Fact]
    public async Task Get_StorageIsSlow_CostsItsTimeoutAndNoMore()
    {
        var never = new Gate();
        Remote.Before = (operation, _) => operation == "get" ? never.PassAsync(CancellationToken.None) : Task.CompletedTask;

        var call = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await never.Reached;
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(call.IsCompleted);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("1#1", (await call.WaitAsync(Patience.Limit, Ct)).Text);
    }

    [Fact]
    public async Task Get_StorageKeepsFailing_TheCircuitOpensAndItIsLeftAloneUntilItIsTriedAgain()
    {
        Remote.Before = (_, _) => throw new IOException("down");
        for (var id = 0; id < 10; id++)
        {
            await Cacheme.GetAsync(new ItemNode(id), Ct);
        }

        Assert.Equal(1, Fixture.Log.CountOf(CircuitOpened));
        var calls = Remote.Calls.Count;
        await Cacheme.GetAsync(new ItemNode(100), Ct);
        Assert.Equal(calls, Remote.Calls.Count);

        Remote.Before = null;
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        calls = Remote.Calls.Count;
        await Cacheme.GetAsync(new ItemNode(101), Ct);
        Assert.True(Remote.Calls.Count > calls);
    }

    [Fact]
    public async Task Get_StorageHangsAndTheCircuitIsOpen_IsAnsweredAtOnceEvenWhileTheProbeHangs()
    {
        await OpenCircuitAsync();
        var never = new Gate();
        Remote.Before = (_, _) => never.PassAsync(CancellationToken.None);
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await never.Reached;

        var calls = Enumerable.Range(100, 10).Select(id => Cacheme.GetAsync(new RemoteOnlyNode(id), Ct)).ToList();

        Assert.All(calls, call => Assert.True(call.IsCompletedSuccessfully));
        Assert.Equal("get", Remote.Calls.Last().Operation);
        Assert.Equal(["cacheme:probe"], Remote.Calls.Last().Keys);
    }

    [Fact]
    public async Task Get_TheCircuitOpensWhileItWaits_IsAnsweredAtOnce()
    {
        var never = new Gate();
        Remote.Before = (_, _) => never.PassAsync(CancellationToken.None);
        var early = Enumerable.Range(1, 5).Select(id => Cacheme.GetAsync(new RemoteOnlyNode(id), Ct).AsTask()).ToList();
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(999));
        var late = Cacheme.GetAsync(new RemoteOnlyNode(6), Ct).AsTask();
        Assert.False(late.IsCompleted);

        Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));

        var all = Task.WhenAll([.. early, late]);
        await Task.WhenAny(all, Task.Delay(Patience.Limit, Ct));
        var answered = all.IsCompletedSuccessfully;
        never.Open();
        Assert.True(answered);
    }

    [Fact]
    public async Task Invalidate_TheCircuitIsOpenAndAnOperationOfTheKeyHangs_FailsAtOnce()
    {
        var never = new Gate();
        Remote.Before = (operation, _) => operation == "set" ? never.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var set = Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("old"), Ct).AsTask();
        await never.Reached;
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await set.WaitAsync(Patience.Limit, Ct);
        await OpenCircuitAsync();

        var removal = Cacheme.InvalidateAsync(new RemoteOnlyNode(1), Ct);

        Assert.True(removal.IsFaulted);
        await Assert.ThrowsAsync<InvalidationException>(() => removal.AsTask());
        never.Open();
    }

    [Fact]
    public async Task Storage_ComesBack_IsUsedAgainWithoutACallerWhoTries()
    {
        await OpenCircuitAsync();
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Fixture.Log.CountOf(CircuitClosed));

        Remote.Before = null;
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, Fixture.Log.CountOf(CircuitClosed));
        Assert.Equal(1, Fixture.Log.CountOf(CircuitOpened));
    }

    [Fact]
    public async Task Invalidate_WhileTheCircuitIsOpen_IsDoneOnceItIsClosed()
    {
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("old"), Ct);
        await OpenCircuitAsync();
        await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(new RemoteOnlyNode(1), Ct).AsTask());
        Assert.NotEmpty(Remote.Keys);

        Remote.Before = null;
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(Remote.Keys);
    }

    [Fact]
    public async Task Dispose_WhileTheProbeHangs_DoesNotWaitForIt()
    {
        await OpenCircuitAsync();
        var never = new Gate();
        Remote.Before = (_, _) => never.PassAsync(CancellationToken.None);
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await never.Reached;

        await Fixture.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Ct);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("{\"Text\":\"a value of nobody's\"}")]
    public async Task Get_RubbishUnderTheKey_IsAMissAndIsReplaced(string rubbish)
    {
        Remote.Put(Key, System.Text.Encoding.UTF8.GetBytes(rubbish));

        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);

        Assert.Equal(1, Fixture.Log.CountOf(UnreadableEntry));
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Get_EntryOfAnotherKey_IsAMiss()
    {
        await Cacheme.GetAsync(new ItemNode(2), Ct);
        Remote.Put(Key, Remote.Find("cacheme:item:2:v1").Bytes.ToArray());

        Assert.Equal("1#2", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Get_EntryThatTheSerializerCannotRead_IsAMissAndIsLeftAloneForAWhile()
    {
        // What another version of the application wrote: whole, ours by name and key, and of another shape.
        await using var other = new CacheFixture(cacheme => cacheme.AddNode<OtherShape>(
            policy => policy.Name("ItemNode").Version("v1").Cache("remote")));
        await other.Cacheme.SetAsync(new OtherShape(1), 42, Ct);
        var foreign = other.Remote.Find(Key).Bytes.ToArray();
        Remote.Put(Key, foreign);

        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(foreign, Remote.Find(Key).Bytes.ToArray());

        Fixture.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("1#2", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.NotEqual(foreign, Remote.Find(Key).Bytes.ToArray());
    }

    [Fact]
    public async Task Get_ValueThatCannotBeSerialized_IsReturnedAndKeptLocally()
    {
        var node = Cacheme.BuildNode<Func<int>>("functions", policy => policy.Cache("local").Cache("remote").Serializer(CacheSerializers.Json)).Key("1");

        var value = await Cacheme.GetAsync(node, _ => new ValueTask<Func<int>>(() => 42), Ct);
        var again = await Cacheme.GetAsync(node, _ => throw new InvalidOperationException("not asked"), Ct);

        Assert.Equal((42, 42), (value(), again()));
        Assert.Empty(Remote.Keys);
    }

    [Fact]
    public async Task Set_ValueThatCannotBeSerialized_IsTheCallersToKnow()
    {
        var node = Cacheme.BuildNode<Func<int>>("functions", policy => policy.Cache("local").Cache("remote").Serializer(CacheSerializers.Json)).Key("1");

        await Assert.ThrowsAsync<NotSupportedException>(() => Cacheme.SetAsync(node, () => 42, Ct).AsTask());
        Assert.False((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Get_PayloadOverTheLimit_StaysOutOfTheRemoteStorage()
    {
        var node = Cacheme.BuildNode<string>("large", policy => policy.Cache("local").Cache("remote").MaxPayload(100)).Key("1");

        await Cacheme.GetAsync(node, _ => new ValueTask<string>(new string('x', 101)), Ct);

        Assert.Empty(Remote.Keys);
        Assert.True((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Get_ManyStorages_OneIsDown_TheNextAnswers()
    {
        var node = Cacheme.BuildNode<string>("chained", policy => policy.Cache("remote").Cache("farther")).Key("1");
        await Cacheme.SetAsync(node, "far away", Ct);
        Remote.Before = (_, _) => throw new IOException("down");

        Assert.Equal("far away", await Cacheme.GetAsync(node, _ => new ValueTask<string>("loaded"), Ct));
    }

    protected override void Configure(CachemeBuilder cacheme) =>
        cacheme.AddStorage("farther", services => new FakeStorage((TimeProvider)services.GetService(typeof(TimeProvider))!));

    private async Task OpenCircuitAsync()
    {
        Remote.Before = (_, _) => throw new IOException("down");
        for (var id = 200; Fixture.Log.CountOf(CircuitOpened) == 0; id++)
        {
            await Cacheme.GetAsync(new RemoteOnlyNode(id), Ct);
        }
    }

    /// <summary>A node with the name and the keys of <see cref="ItemNode"/> and another value.</summary>
    private sealed record OtherShape(int Id) : Node<int>
    {
        public override NodeKey Key => $"item:{Id}";
    }
}
