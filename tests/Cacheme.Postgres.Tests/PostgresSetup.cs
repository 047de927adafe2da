namespace Cacheme.Postgres.Tests;

/// <summary>One server for all classes, which take turns: some take it away.</summary>
[CollectionDefinition]
public sealed class PostgresSetup : ICollectionFixture<PostgresFixture>;
