using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Wire;

/// <summary>What a client asks.</summary>
/// <param name="Id">Its number, which the answer repeats.</param>
/// <param name="IsLegacy">Whether it came as OP_QUERY, as a driver's first hello does.</param>
/// <param name="WantsNoAnswer">Whether nobody waits for the answer.</param>
/// <param name="AllowsMore">Whether more than one answer may come.</param>
/// <param name="Command">The command, with the documents that stood beside it.</param>
internal sealed record WireRequest(int Id, bool IsLegacy, bool WantsNoAnswer, bool AllowsMore, BsonDocument Command);
