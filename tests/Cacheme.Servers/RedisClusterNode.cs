using System.Globalization;

namespace Cacheme.Servers;

/// <summary>A node as another one sees it: a line of CLUSTER NODES.</summary>
/// <param name="Id">Its name in the cluster.</param>
/// <param name="Port">Its port.</param>
/// <param name="MasterId">The name of its master; empty for a master.</param>
/// <param name="IsMyself">Whether it is the one that says so.</param>
/// <param name="IsKnown">Whether both have met.</param>
/// <param name="Slots">The slots that it serves, from first to last.</param>
internal sealed record RedisClusterNode(string Id, int Port, string MasterId, bool IsMyself, bool IsKnown, IReadOnlyList<(int First, int Last)> Slots)
{
    public bool IsMaster => MasterId.Length == 0;

    public bool Serves(int slot) => Slots.Any(range => range.First <= slot && slot <= range.Last);

    public static RedisClusterNode Parse(string line)
    {
        // id ip:port@bus flags master ping pong epoch link slot slot-slot [slot->-id]
        var fields = line.TrimEnd('\r').Split(' ');
        var address = fields[1][..fields[1].IndexOf('@', StringComparison.Ordinal)];
        var ranges = fields.Skip(8).Where(field => field[0] != '[').Select(field => field.Split('-'));
        return new RedisClusterNode(
            fields[0],
            Number(address[(address.LastIndexOf(':') + 1)..]),
            fields[3].TrimStart('-'),
            fields[2].Contains("myself", StringComparison.Ordinal),
            !fields[2].Contains("handshake", StringComparison.Ordinal),
            [.. ranges.Select(range => (Number(range[0]), Number(range[^1])))]);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
