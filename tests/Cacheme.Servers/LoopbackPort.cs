using System.Net;
using System.Net.Sockets;

namespace Cacheme.Servers;

/// <summary>Ports of 127.0.0.1.</summary>
public static class LoopbackPort
{
    /// <summary>One on which nobody listens now; somebody else may take it before it is used.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
