using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Fleet.Tests;

/// <summary>The same tests over each storage that has a server of its own, or a file.</summary>
public static class Fleets
{
    private static readonly TimeSpan Polled = TimeSpan.FromSeconds(1);

    public sealed class Redis : FleetTests
    {
        protected override StorageBackend Backend { get; } = new RedisBackend();

        protected override TimeSpan Interval => TimeSpan.Zero;

        protected override int Cuts => 20;
    }

    public sealed class RedisCluster : FleetTests
    {
        protected override StorageBackend Backend { get; } = new RedisClusterBackend();

        protected override TimeSpan Interval => TimeSpan.Zero;

        protected override int Cuts => 2;
    }

    public sealed class Postgres : FleetTests
    {
        protected override StorageBackend Backend { get; } = new PostgresBackend();

        protected override TimeSpan Interval => TimeSpan.Zero;

        protected override int Cuts => 8;
    }

    public sealed class MariaDb : FleetTests
    {
        protected override StorageBackend Backend { get; } = new MariaDbBackend();

        protected override TimeSpan Interval => Polled;

        protected override int Cuts => 4;
    }

    public sealed class Sqlite : FleetTests
    {
        protected override StorageBackend Backend { get; } = new SqliteBackend();

        protected override TimeSpan Interval => Polled;

        protected override int Cuts => 10;

        // Nobody kills a file; another process may hold it for a while.
        protected override (Func<Task> Begin, Func<Task> Mend) CutOf(int cut) => (() => Backend.Frozen.BeginAsync([]), () => Backend.Frozen.MendAsync());
    }
}
