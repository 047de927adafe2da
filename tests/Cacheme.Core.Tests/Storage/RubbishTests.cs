using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Storage;

/// <summary>A storage that answers with nothing at all.</summary>
public sealed class RubbishTests
{
    [Fact]
    public async Task Get_StorageGivesNull_IsAMiss()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddStorage("null", _ => new NullStorage()).AddNode<ItemNode>(policy => policy.Cache("null")),
            services => services.AddSingleton(new Source()));

        Assert.Equal("1#1", (await fixture.Cacheme.GetAsync(new ItemNode(1), TestContext.Current.CancellationToken)).Text);
    }

    private sealed class NullStorage : IStorage
    {
        public ValueTask ConnectAsync(CancellationToken cancellationToken) => default;

        public ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => default;

        public ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken) => default;

        public ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }
}
