using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;
using Npgsql;

namespace Cacheme.Sql.Tests;

/// <summary>The network forgets every open connection without a word, and new ones work: what users see of it.</summary>
public sealed class ForgottenConnectionsTests
{
    // The timeout, and two rounds of the guard's pause and a probe's timeout; and what a busy machine takes.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Databases => ["postgres", "mariadb"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Get_ConnectionsAreForgotten_TheStorageIsBackSoon(string database)
    {
        await using var server = await StartAsync(database);
        await using var proxy = new ForgetfulProxy(server.Port);
        await using var services = Services(server, proxy.Port);
        var cacheme = services.GetRequiredService<ICacheme>();
        await FillAsync(cacheme);
        Assert.InRange(proxy.Connections, 2, 60);

        proxy.Forget();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => cacheme.TryGetAsync(new Page($"{i}"), Token).AsTask()));

        await IsBackAsync(cacheme);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Set_ConnectionsAreForgotten_TheStorageIsBackSoon(string database)
    {
        await using var server = await StartAsync(database);
        await using var proxy = new ForgetfulProxy(server.Port);
        await using var services = Services(server, proxy.Port);
        var cacheme = services.GetRequiredService<ICacheme>();
        await FillAsync(cacheme);
        Assert.InRange(proxy.Connections, 2, 60);

        proxy.Forget();
        await Task.WhenAll(Enumerable.Range(100, 60).Select(i => cacheme.SetAsync(new Page($"{i}"), "new", Token).AsTask()));

        await IsBackAsync(cacheme);
    }

    private static async Task FillAsync(ICacheme cacheme) =>
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => cacheme.SetAsync(new Page($"{i}"), "value", Token).AsTask(), Token)));

    private static async Task IsBackAsync(ICacheme cacheme)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(Soon);
        await Eventually.HoldsAsync(async () =>
        {
            late.Token.ThrowIfCancellationRequested();
            var found = await cacheme.TryGetAsync(new Page("7"), Token);
            return found.Found && found.Value == "value";
        });
    }

    private static async Task<ServerProcess> StartAsync(string database) =>
        database == "postgres" ? await PostgresServer.StartAsync() : await MariaDbServer.StartAsync();

    private static ServiceProvider Services(ServerProcess server, int port) => new ServiceCollection().AddLogging().AddCacheme(cacheme =>
    {
        cacheme.AddNode<Page>();
        _ = server switch
        {
            PostgresServer postgres => cacheme.AddPostgres("db", new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Port = port }.ToString()),
            MariaDbServer maria => cacheme.AddMySql("db", new MySqlConnectionStringBuilder(maria.ConnectionString) { Port = (uint)port }.ToString()),
            _ => throw new NotSupportedException(),
        };
    }).BuildServiceProvider();
}
