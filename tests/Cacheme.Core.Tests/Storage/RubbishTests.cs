using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Storage;

/// <summary>A storage that answers with nothing at all, or with what cannot be read.</summary>
public sealed class RubbishTests
{
    [Fact]
    public Task Get_StorageGivesNull_IsAMiss() => IsAMissAsync(new RubbishStorage(null));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public Task Get_StorageGivesAListThatThrows_IsAMiss(int count) => IsAMissAsync(new RubbishStorage(new RubbishList(count)));

    [Fact]
    public Task Get_StorageDoesNotKnowWhetherItBatches_IsAMiss() => IsAMissAsync(new RubbishStorage(null) { Batches = () => throw new IOException("not connected") });

    private static async Task IsAMissAsync(IStorage storage)
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddStorage("rubbish", _ => storage).AddNode<ItemNode>(policy => policy.Cache("rubbish")),
            services => services.AddSingleton(new Source()));

        Assert.Equal("1#1", (await fixture.Cacheme.GetAsync(new ItemNode(1), TestContext.Current.CancellationToken)).Text);
    }

    private sealed class RubbishStorage(IReadOnlyList<StoredValue>? answer) : IStorage
    {
        public Func<bool> Batches { get; init; } = () => false;

        public bool BatchesReads => Batches();

        public ValueTask ConnectAsync(CancellationToken cancellationToken) => default;

        public ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => new(answer!); // Which breaks the promise.

        public ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken) => default;

        public ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }
}
