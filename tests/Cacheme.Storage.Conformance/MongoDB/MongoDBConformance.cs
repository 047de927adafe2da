using Cacheme.Storage.Conformance.Suites;
using Fixture = Cacheme.Storage.Conformance.Suites.BackendFixture<Cacheme.Storage.Outage.Backends.MongoDBBackend>;

namespace Cacheme.Storage.Conformance.MongoDB;

public static class MongoDBConformance
{
    [Collection<MongoDBSetup>]
    public sealed class Batch(Fixture fixture) : BatchSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Cancellation(Fixture fixture) : CancellationSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Concurrency(Fixture fixture) : ConcurrencySuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Disposal(Fixture fixture) : DisposalSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class InvalidationLog(Fixture fixture) : InvalidationLogSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Key(Fixture fixture) : KeySuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Lease(Fixture fixture) : LeaseSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Lifetime(Fixture fixture) : LifetimeSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Null(Fixture fixture) : NullSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Order(Fixture fixture) : OrderSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Outage(Fixture fixture) : OutageSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class ReadWrite(Fixture fixture) : ReadWriteSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Registration(Fixture fixture) : RegistrationSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class Rubbish(Fixture fixture) : RubbishSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class TimeToLive(Fixture fixture) : TimeToLiveSuite(fixture);

    [Collection<MongoDBSetup>]
    public sealed class ValueSize(Fixture fixture) : ValueSizeSuite(fixture);
}
