using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.Postgres;

/// <summary>One server for all suites, which take turns.</summary>
[CollectionDefinition]
public sealed class PostgresSetup : ICollectionFixture<BackendFixture<PostgresBackend>>;
