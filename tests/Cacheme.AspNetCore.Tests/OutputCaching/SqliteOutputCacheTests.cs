using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>Output caching in a file.</summary>
public sealed class SqliteOutputCacheTests : SharedOutputCacheContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cacheme-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void AddStore(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddSqlite("file", $"Data Source={Path.Combine(_folder, "cache.db")};Pooling=False")
        // A read that is given up on a busy machine is a miss.
        .ConfigureStorage("file", static options => options.Timeout = Patience.Limit)
        .AddOutputCacheStore("file"));
}
