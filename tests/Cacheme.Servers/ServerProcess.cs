using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cacheme.Servers;

/// <summary>A real server of its own: a free port on the loopback, its data in a temporary folder.</summary>
/// <remarks>It touches no process but the one it started, and that one ends with this process, whatever ends it.</remarks>
public abstract class ServerProcess : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly PosixSignal[] Ending = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];

    private static volatile bool _ending;

    private readonly string _name;
    private readonly PosixSignalRegistration[] _signals; // The runtime ends at a signal without the event of its exit.
    private Process? _process;
    private bool _paused;

    /// <summary>Makes a server that does not run yet.</summary>
    /// <param name="name">Its name, for folders and messages.</param>
    protected ServerProcess(string name)
    {
        ObjectDisposedException.ThrowIf(_ending, typeof(ServerProcess));
        _name = name;
        Folder = Directory.CreateTempSubdirectory($"cacheme-{name}-");
        Port = LoopbackPort.Free();
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _signals = Array.ConvertAll(Ending, signal => PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Where it listens, on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>Its host and port, as <c>host:port</c>.</summary>
    public string EndPoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Whether it is up: started, and neither stopped nor paused since.</summary>
    public bool IsRunning => _process is not null && !_paused;

    /// <summary>Its folder, which goes away with it.</summary>
    protected DirectoryInfo Folder { get; }

    /// <summary>Where it writes what it has to say.</summary>
    protected string LogFile => Path.Combine(Folder.FullName, "log");

    /// <summary>Kills the server, as a crash would.</summary>
    public void Stop()
    {
        if (_process is { } process)
        {
            _process = null;
            _paused = false;
            new ProcessTree(process.Id).Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    /// <summary>Starts the server on its port again, and waits until it answers.</summary>
    public async Task RestartAsync()
    {
        Stop();

        // What a killed server leaves to the system (a socket, shared memory) may need a moment to go.
        for (var attempt = 1; !await TryStartAsync(); attempt++)
        {
            if (attempt == Attempts)
            {
                throw new InvalidOperationException($"{_name} did not come up on port {Port} again.{Environment.NewLine}{ReadLog()}");
            }
        }
    }

    /// <summary>Stops the server's clock: the system takes connections and bytes for it, and it answers nothing.</summary>
    public void Pause()
    {
        Running().Suspend();
        _paused = true;
    }

    /// <summary>Lets a paused server go on.</summary>
    public void Resume()
    {
        Running().Resume();
        _paused = false;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Array.ForEach(_signals, signal => signal.Dispose());
        StopAndClean();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Prepares the data, starts the server, and waits until it answers; cleans up when it does not.</summary>
    protected async Task LaunchAsync()
    {
        try
        {
            await PrepareAsync();

            // Between asking for a free port and listening on it somebody else may take it.
            for (var attempt = 1; !await TryStartAsync(); attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new InvalidOperationException($"{_name} did not start.{Environment.NewLine}{ReadLog()}");
                }

                Port = LoopbackPort.Free();
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes what the server needs before its first start.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>The program and its arguments; it must stay in the foreground.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>Whether this very server answers: a port that was taken by another one answers too.</summary>
    /// <param name="process">The server's process.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    protected abstract Task<bool> AnswersAsync(int process, CancellationToken cancellationToken);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    protected static async Task RunAsync(ProcessStartInfo command)
    {
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        using var process = Process.Start(command)!; // Not null: no shell is used.
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command.FileName} failed.{Environment.NewLine}{string.Concat(said)}");
        }
    }

    /// <summary>Starts the process; false when it ended by itself, as it does when its port is taken.</summary>
    private async Task<bool> TryStartAsync()
    {
        var command = Command();
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        var process = Process.Start(command)!; // Not null: no shell is used.
        _process = process;

        // Read and forgotten: what matters is in the log, and a pipe that is full would hold the server up.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Patience);
        while (!process.HasExited)
        {
            if (await AnswersAsync(process.Id, limit.Token))
            {
                return true;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{_name} did not answer within {Patience}.{Environment.NewLine}{ReadLog()}");
            }

            await Task.Delay(Poll);
        }

        Stop();
        return false;
    }

    private ProcessTree Running() => new((_process ?? throw new InvalidOperationException($"{_name} does not run.")).Id);

    private string ReadLog() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "It wrote no log.";

    private void StopAndClean()
    {
        Stop();
        if (Directory.Exists(Folder.FullName))
        {
            Folder.Delete(recursive: true);
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
