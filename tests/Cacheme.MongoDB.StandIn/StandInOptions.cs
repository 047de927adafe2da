using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Cacheme.MongoDB.StandIn;

/// <summary>What of mongod's command line the stand-in knows; the rest is ignored, so that both are started alike.</summary>
/// <param name="Port">Where it listens, on 127.0.0.1.</param>
/// <param name="Folder">Where it keeps what it was told.</param>
/// <param name="RequiresLogin">Whether somebody unknown may do nothing, once there is a user.</param>
/// <param name="SweepInterval">How often expired documents are deleted; null for never.</param>
/// <param name="Certificate">Speaks TLS only, with this certificate; null for plain text.</param>
internal sealed record StandInOptions(int Port, string Folder, bool RequiresLogin, TimeSpan? SweepInterval, X509Certificate2? Certificate)
{
    public static StandInOptions Parse(IReadOnlyList<string> arguments)
    {
        var parameters = Values(arguments, "--setParameter").Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(
            int.Parse(Values(arguments, "--port").Single(), CultureInfo.InvariantCulture),
            Values(arguments, "--dbpath").Single(),
            arguments.Contains("--auth"),
            parameters.GetValueOrDefault("ttlMonitorEnabled") == "false"
                ? null
                : TimeSpan.FromSeconds(int.Parse(parameters.GetValueOrDefault("ttlMonitorSleepSecs", "60"), CultureInfo.InvariantCulture)),
            Values(arguments, "--tlsCertificateKeyFile").Select(file => X509Certificate2.CreateFromPemFile(file)).FirstOrDefault());
    }

    private static IEnumerable<string> Values(IReadOnlyList<string> arguments, string name) =>
        arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == name).Select(pair => pair.Second);
}
