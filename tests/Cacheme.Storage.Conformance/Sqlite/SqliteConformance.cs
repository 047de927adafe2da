using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.SqliteBackend>;

namespace Cacheme.Storage.Conformance.Sqlite;

public static class SqliteConformance
{
    [Collection<SqliteSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<SqliteSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
