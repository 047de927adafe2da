using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cacheme.MongoDB.StandIn.Commands;
using Cacheme.MongoDB.StandIn.Data;
using Cacheme.MongoDB.StandIn.Wire;

namespace Cacheme.MongoDB.StandIn;

/// <summary>
/// Stands in for a mongod where none can be had: it speaks the wire protocol to the real driver, and knows the commands that
/// the storage and its tests use. As a process of its own, it can be killed and frozen.
/// </summary>
/// <remarks>
/// One command at a time, all in memory; a journal brings it back after a kill. Limits are mongod's own: 16 MiB for a document
/// and for the documents of an answer, 101 of them where the client does not say how many, 48 MB for a message.
/// </remarks>
internal sealed class StandInServer(StandInOptions options, Journal journal)
{
    private readonly List<Client> _clients = [];

    public async Task RunAsync()
    {
        var commands = new CommandTable(new Store(), new Users(), options.RequiresLogin, journal, Clients);
        commands.Replay();
        using var listener = new TcpListener(IPAddress.Loopback, options.Port);
        listener.Start(backlog: 512);
        _ = commands.SweepAsync(options.SweepInterval);
        for (var id = 1; ; id++)
        {
            _ = ServeAsync(await listener.AcceptTcpClientAsync(), new Client(id), commands);
        }
    }

    private async Task ServeAsync(TcpClient connection, Client client, CommandTable commands)
    {
        Enlist(client);
        try
        {
            using (connection)
            {
                connection.NoDelay = true;
                await using var stream = await OpenAsync(connection);
                await new Conversation(new WireStream(stream), client, commands).HoldAsync();
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has gone.
        }
        finally
        {
            Dismiss(client);
        }
    }

    private async Task<Stream> OpenAsync(TcpClient connection)
    {
        if (options.Certificate is null)
        {
            return connection.GetStream();
        }

        var secure = new SslStream(connection.GetStream());
        await secure.AuthenticateAsServerAsync(options.Certificate);
        return secure;
    }

    private IReadOnlyList<Client> Clients()
    {
        lock (_clients)
        {
            return [.. _clients];
        }
    }

    private void Enlist(Client client)
    {
        lock (_clients)
        {
            _clients.Add(client);
        }
    }

    private void Dismiss(Client client)
    {
        lock (_clients)
        {
            _clients.Remove(client);
        }
    }
}
