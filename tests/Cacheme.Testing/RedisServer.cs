using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Xunit.v3;

namespace Cacheme.Testing;

/// <summary>A real redis-server of its own: a free port on the loopback, no persistence, a temporary folder.</summary>
/// <remarks>It touches no process but the one it started.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private const int PortAttempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly string? Executable = FindExecutable();

    private readonly string[] _arguments;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-redis-");
    private Process? _process;

    private RedisServer(string? password, string[] arguments)
    {
        Password = password;
        _arguments = password is null ? arguments : [.. arguments, "--requirepass", password];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Whether redis-server is installed.</summary>
    public static bool IsAvailable => Executable is not null;

    /// <summary>Where it listens, on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>The password it asks for; null when it asks for none.</summary>
    public string? Password { get; }

    /// <summary>Its host and port, as <c>host:port</c>.</summary>
    public string EndPoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Skips the test where redis-server is not installed, or fails it where CACHEME_REQUIRE_SERVERS is 1.</summary>
    public static void Require()
    {
        if (IsAvailable)
        {
            return;
        }

        const string Reason = "redis-server is not installed. eng/test.sh installs it on Debian and Ubuntu; elsewhere use the system's package, such as 'brew install redis'.";
        var required = Environment.GetEnvironmentVariable("CACHEME_REQUIRE_SERVERS") == "1";
        throw new InvalidOperationException(required ? Reason : DynamicSkipToken.Value + Reason);
    }

    /// <summary>Starts a server and waits until it answers; see <see cref="Require"/> for where none is installed.</summary>
    /// <param name="password">The password that it shall ask for.</param>
    /// <param name="arguments">Further arguments of redis-server.</param>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] arguments)
    {
        Require();
        var server = new RedisServer(password, arguments);
        try
        {
            await server.StartOnFreePortAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server that is down: it has a port on which nobody listens until <see cref="RestartAsync"/>.</summary>
    public static RedisServer Stopped()
    {
        Require();
        return new RedisServer(password: null, []) { Port = FreePort() };
    }

    /// <summary>Kills the server, as a crash would. What it held is lost.</summary>
    public void Stop()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    /// <summary>Starts the server on its port, empty, and waits until it answers.</summary>
    public async Task RestartAsync()
    {
        Stop();
        if (!await TryStartAsync())
        {
            throw new InvalidOperationException($"redis-server did not come up on port {Port} again.{Environment.NewLine}{ReadLog()}");
        }
    }

    /// <summary>Stops the server's clock: it takes connections and bytes, and answers nothing.</summary>
    public void Pause() => Signal(OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Lets a paused server go on.</summary>
    public void Resume() => Signal(OperatingSystem.IsMacOS() ? 19 : 18);

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Stop();
        if (Directory.Exists(_folder.FullName))
        {
            _folder.Delete(recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    private static string? FindExecutable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task StartOnFreePortAsync()
    {
        // Between asking for a free port and listening on it somebody else may take it.
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            Port = FreePort();
            if (await TryStartAsync())
            {
                return;
            }
        }

        throw new InvalidOperationException($"redis-server did not start.{Environment.NewLine}{ReadLog()}");
    }

    /// <summary>Starts the process; false when it ended by itself, as it does when its port is taken.</summary>
    private async Task<bool> TryStartAsync()
    {
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", _folder.FullName,
            "--logfile", Path.Combine(_folder.FullName, "log"), "--save", "", "--appendonly", "no", "--daemonize", "no", .. _arguments,
        ];
        var process = Process.Start(new ProcessStartInfo(Executable!, arguments))!;  // Not null: checked before, and no shell is used.
        _process = process;
        var started = Stopwatch.StartNew();
        while (!process.HasExited)
        {
            if (await AnswersAsync(process.Id))
            {
                return true;
            }

            if (started.Elapsed > Patience)
            {
                throw new TimeoutException($"redis-server did not answer within {Patience}.{Environment.NewLine}{ReadLog()}");
            }

            await Task.Delay(Poll);
        }

        Stop();
        return false;
    }

    /// <summary>Whether this very process answers: a port that was taken by another server answers too.</summary>
    private async Task<bool> AnswersAsync(int process)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
            var login = Password is null ? "" : $"AUTH {Password}\r\n";
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{login}INFO server\r\nQUIT\r\n"), limit.Token);
            using var reader = new StreamReader(client.GetStream());
            var answer = await reader.ReadToEndAsync(limit.Token);
            return answer.Contains($"process_id:{process}\r\n", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }

    private string ReadLog()
    {
        var log = Path.Combine(_folder.FullName, "log");
        return File.Exists(log) ? File.ReadAllText(log) : "It wrote no log.";
    }

    private void Signal(int signal)
    {
        var process = _process ?? throw new InvalidOperationException("The server does not run.");
        if (SendSignal(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} was not delivered.");
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => Stop();
}
