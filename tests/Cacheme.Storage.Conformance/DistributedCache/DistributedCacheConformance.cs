using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.DistributedCacheBackend>;

namespace Cacheme.Storage.Conformance.DistributedCache;

public static class DistributedCacheConformance
{
    [Collection<DistributedCacheSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<DistributedCacheSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
