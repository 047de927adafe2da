using Cacheme.Testing;
using Cacheme.Testing.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Sqlite.Tests.Distributed;

/// <summary>Ours over an SQLite file.</summary>
public sealed class SqliteDistributedCacheContractTests : DistributedCacheContract, IDisposable
{
    private readonly TemporaryFile _file = new();

    public void Dispose() => _file.Dispose();

    protected override Task<DistributedHost> StartAsync() => Task.FromResult<DistributedHost>(
        new CachemeDistributedHost(cacheme => cacheme
            .AddSqlite("disk", _file.ConnectionString)
            // A read that is given up on a busy machine is a miss.
            .ConfigureStorage("disk", static options => options.Timeout = Patience.Limit)
            .AddDistributedCache("disk")));
}
