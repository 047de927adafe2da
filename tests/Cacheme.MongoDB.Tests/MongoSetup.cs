namespace Cacheme.MongoDB.Tests;

/// <summary>One server for all classes, which take turns: some take it away.</summary>
[CollectionDefinition]
public sealed class MongoSetup : ICollectionFixture<MongoFixture>;
