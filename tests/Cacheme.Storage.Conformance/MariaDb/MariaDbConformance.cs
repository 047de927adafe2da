using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.MariaDbBackend>;

namespace Cacheme.Storage.Conformance.MariaDb;

public static class MariaDbConformance
{
    [Collection<MariaDbSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<MariaDbSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
