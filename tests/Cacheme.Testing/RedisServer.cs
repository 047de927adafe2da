using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Cacheme.Testing;

/// <summary>A real redis-server of its own: a free port on the loopback, no persistence, a temporary folder.</summary>
/// <remarks>It touches no process but the one it started.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private const int PortAttempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly PosixSignal[] Ending = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];

    private static volatile bool _ending;

    private readonly string[] _arguments;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-redis-");
    private readonly PosixSignalRegistration[] _signals;  // The runtime ends at a signal without the event of its exit.
    private Process? _process;

    private RedisServer(string? password, string[] arguments)
    {
        Password = password;
        _arguments = password is null ? arguments : [.. arguments, "--requirepass", password];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _signals = Array.ConvertAll(Ending, signal => PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Whether redis-server is installed.</summary>
    public static bool IsAvailable => RedisExecutable.Path is not null;

    /// <summary>Where it listens, on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>The password it asks for; null when it asks for none.</summary>
    public string? Password { get; }

    /// <summary>Its host and port, as <c>host:port</c>.</summary>
    public string EndPoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    private Process Running => _process ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>Skips the test where redis-server is not installed, or fails it where CACHEME_REQUIRE_SERVERS is 1.</summary>
    public static void Require() => RedisExecutable.Require();

    /// <summary>Starts a server and waits until it answers; see <see cref="Require"/> for where none is installed.</summary>
    /// <param name="password">The password that it shall ask for.</param>
    /// <param name="arguments">Further arguments of redis-server.</param>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] arguments)
    {
        RedisExecutable.Require();
        ObjectDisposedException.ThrowIf(_ending, typeof(RedisServer));
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
        RedisExecutable.Require();
        ObjectDisposedException.ThrowIf(_ending, typeof(RedisServer));
        return new RedisServer(password: null, []) { Port = LoopbackPort.Free() };
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
    public void Pause() => Running.Suspend();

    /// <summary>Lets a paused server go on.</summary>
    public void Resume() => Running.Resume();

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Array.ForEach(_signals, signal => signal.Dispose());
        StopAndClean();
        return ValueTask.CompletedTask;
    }

    private async Task StartOnFreePortAsync()
    {
        // Between asking for a free port and listening on it somebody else may take it.
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            Port = LoopbackPort.Free();
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
        var process = Process.Start(new ProcessStartInfo(RedisExecutable.Require(), arguments))!;  // Not null: no shell is used.
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

    private void StopAndClean()
    {
        Stop();
        if (Directory.Exists(_folder.FullName))
        {
            _folder.Delete(recursive: true);
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        // The test whose server goes away fails, and the next one must not start another.
        _ending = true;
        StopAndClean();
    }

    private void OnProcessExit(object? sender, EventArgs e) => StopAndClean();
}
