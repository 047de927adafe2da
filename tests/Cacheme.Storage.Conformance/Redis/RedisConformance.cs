using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.RedisBackend>;

namespace Cacheme.Storage.Conformance.Redis;

public static class RedisConformance
{
    [Collection<RedisSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<RedisSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
