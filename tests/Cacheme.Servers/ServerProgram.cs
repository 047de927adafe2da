namespace Cacheme.Servers;

/// <summary>A program of a server, where it is installed.</summary>
/// <param name="name">The program's name.</param>
/// <param name="cure">How it is had.</param>
/// <param name="folders">Where else it may be than on the PATH; the last one first.</param>
internal sealed class ServerProgram(string name, string cure, params string[] folders)
{
    /// <summary>Where it is; null when it is not installed.</summary>
    public string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(folders.Reverse())
            .Select(folder => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Where it is.</summary>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public string Require() =>
        Path ?? throw new ServerMissingException($"{name} is not installed. eng/test.sh installs it on Debian and Ubuntu; elsewhere use the system's package, such as {cure}.");
}
