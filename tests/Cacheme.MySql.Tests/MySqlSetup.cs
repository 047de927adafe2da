namespace Cacheme.MySql.Tests;

/// <summary>One server for all classes, which take turns: some take it away.</summary>
[CollectionDefinition]
public sealed class MySqlSetup : ICollectionFixture<MariaDbFixture>;
