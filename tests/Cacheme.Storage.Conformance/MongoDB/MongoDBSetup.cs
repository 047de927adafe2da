using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.MongoDB;

/// <summary>One server for all suites, which take turns.</summary>
[CollectionDefinition]
public sealed class MongoDBSetup : ICollectionFixture<BackendFixture<MongoDBBackend>>;
