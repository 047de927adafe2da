using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.PostgresBackend>;

namespace Cacheme.Storage.Conformance.Postgres;

public static class PostgresConformance
{
    [Collection<PostgresSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<PostgresSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
