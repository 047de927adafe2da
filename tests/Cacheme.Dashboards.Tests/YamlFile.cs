using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Cacheme.Dashboards.Tests;

/// <summary>Reads YAML into types that name only what a test looks at.</summary>
internal static class YamlFile
{
    private static readonly IDeserializer WithUnderscores =
        new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build();

    private static readonly IDeserializer WithCapitals =
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build();

    /// <summary>A file of Prometheus or Compose, which write <c>like_this</c>.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    public static T Read<T>(string path) => WithUnderscores.Deserialize<T>(Repository.Read(path));

    /// <summary>A file of Grafana, which writes <c>likeThis</c>.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    public static T ReadGrafana<T>(string path) => WithCapitals.Deserialize<T>(Repository.Read(path));
}
