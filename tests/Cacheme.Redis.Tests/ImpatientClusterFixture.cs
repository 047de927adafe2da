namespace Cacheme.Redis.Tests;

/// <summary>A cluster that elects a new master about two seconds after one went away.</summary>
public sealed class ImpatientClusterFixture : RedisClusterFixture
{
    protected override string[] Arguments => [];
}
