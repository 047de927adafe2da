using Cacheme.MongoDB.StandIn.Commands;

namespace Cacheme.MongoDB.StandIn;

/// <summary>A connection and who is at its other end.</summary>
internal sealed class Client(int id)
{
    public int Id => id;

    /// <summary>What the application calls itself.</summary>
    public string AppName { get; set; } = "";

    /// <summary>The user; null until one has logged in.</summary>
    public User? User { get; set; }

    /// <summary>The login that is under way.</summary>
    public Login? Login { get; set; }
}
