namespace Cacheme.Benchmarks.Servers;

/// <summary>redis-server is not installed. The message says the cure.</summary>
internal sealed class RedisMissingException() : Exception(
    "redis-server is missing, and this benchmark needs it on the PATH. Get it with: sudo apt-get install redis-server (Debian, Ubuntu), "
    + "sudo dnf install redis (Fedora), brew install redis (macOS).");
