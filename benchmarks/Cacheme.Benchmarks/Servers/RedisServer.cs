using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Servers;

/// <summary>A redis-server of its own: on the loopback, without persistence, in a temporary folder. It ends with this process, on Ctrl-C too.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-benchmark-");
    private readonly int _port = FreePort();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Process _process;

    private RedisServer(string executable)
    {
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", _port.ToString(CultureInfo.InvariantCulture), "--dir", _folder.FullName,
            "--logfile", Path.Combine(_folder.FullName, "log"), "--save", "", "--appendonly", "no",
        ];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            // A signal ends the process without the event above.
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Stop()));
        }

        _process = Process.Start(new ProcessStartInfo(executable, arguments))!; // Not null: no shell is used.
    }

    /// <summary>Where it listens, as <c>host:port</c>.</summary>
    public string EndPoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="RedisMissingException">It is not installed.</exception>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer(FindExecutable() ?? throw new RedisMissingException());
        var started = Stopwatch.StartNew();
        while (!await server.AnswersAsync())
        {
            if (server._process.HasExited || started.Elapsed > Patience)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException("redis-server did not start.");
            }

            await Task.Delay(Poll);
        }

        return server;
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _signals.ForEach(signal => signal.Dispose());
        Stop();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

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

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(EndPoint);
            return true;
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => Stop();

    private void Stop()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        if (Directory.Exists(_folder.FullName))
        {
            _folder.Delete(recursive: true);
        }
    }
}
