using Cacheme.Concurrency;
using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>One key on its way through the read path, led by one run.</summary>
internal sealed class ReadItem<TNode, TValue>(TNode node, CallRules rules, Flight<FlightResult<TValue>> flight, long tagEpoch)
{
    public TNode Node => node;

    /// <summary>What the call asks for. Only a call for one key has rules of its own.</summary>
    public CallRules Rules => rules;

    public Flight<FlightResult<TValue>> Flight => flight;

    public string Key => flight.Key;

    /// <summary>How often tags had been removed when it began.</summary>
    public long TagEpoch => tagEpoch;

    /// <summary>Whether the value is still to be found.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>A storage that could not be asked for it; null where all that were asked have answered.</summary>
    public StorageFailure? Failure { get; set; }

    /// <summary>Remote tiers, as bits, that hold something of somebody else's under the key and are not written to.</summary>
    public ulong LeftAlone { get; set; }
}
