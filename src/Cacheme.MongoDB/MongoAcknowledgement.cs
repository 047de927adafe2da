using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Refuses writes that nobody acknowledges: they return before the server has acted, so a removal could be overtaken by what it was to end, and no failure is ever seen.</summary>
internal static class MongoAcknowledgement
{
    /// <summary>Returns where writes are acknowledged.</summary>
    /// <param name="concern">How writes are acknowledged; null as the server does by default.</param>
    /// <exception cref="CachemeSetupException">They are not; the message says the cure.</exception>
    public static void Require(WriteConcern? concern)
    {
        if (concern is { IsAcknowledged: false })
        {
            throw new CachemeSetupException(
                "MongoDB would not acknowledge writes (w=0, safe=false or WriteConcern.Unacknowledged), and a removal could be lost unseen. Leave w out, or say w=1 or w=majority.");
        }
    }
}
