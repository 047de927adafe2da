using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.RedisClusterBackend>;

namespace Cacheme.Storage.Conformance.RedisCluster;

public static class RedisClusterConformance
{
    [Collection<RedisClusterSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<RedisClusterSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
