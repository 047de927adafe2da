using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.MariaDb;

/// <summary>One server for all suites, which take turns.</summary>
[CollectionDefinition]
public sealed class MariaDbSetup : ICollectionFixture<BackendFixture<MariaDbBackend>>;
