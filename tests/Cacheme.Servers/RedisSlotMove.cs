using System.Globalization;

namespace Cacheme.Servers;

/// <summary>A slot on its way from one master to another, as far as the test lets it.</summary>
public sealed class RedisSlotMove
{
    private const string KeyTimeoutMilliseconds = "5000";
    private const string KeysAtOnce = "100";

    private readonly string _slot;
    private readonly RedisClusterNode _from;
    private readonly RedisClusterNode _to;
    private readonly IReadOnlyList<RedisClusterNode> _masters;

    private RedisSlotMove(int slot, RedisClusterNode from, RedisClusterNode to, IReadOnlyList<RedisClusterNode> masters)
    {
        _slot = slot.ToString(CultureInfo.InvariantCulture);
        _from = from;
        _to = to;
        _masters = masters;
    }

    /// <summary>Moves all keys that are in the slot now.</summary>
    public async Task MoveKeysAsync()
    {
        using var client = await RespClient.ConnectAsync(_from.Port);
        while (await client.AskAsync("CLUSTER", "GETKEYSINSLOT", _slot, KeysAtOnce) is object?[] { Length: > 0 } keys)
        {
            await MoveAsync(client, [.. keys.Cast<string>()]);
        }
    }

    /// <summary>Moves one key, so that the slot's keys are on both masters.</summary>
    /// <param name="key">The key.</param>
    public async Task MoveKeyAsync(string key)
    {
        using var client = await RespClient.ConnectAsync(_from.Port);
        await MoveAsync(client, RespClient.Escape(key));
    }

    /// <summary>Gives the slot to its new master. What was not moved is lost.</summary>
    public async Task EndAsync()
    {
        // The one that has the slot's keys first: it must not be without a master in between.
        foreach (var master in _masters.OrderBy(master => master.Id == _to.Id ? 0 : master.Id == _from.Id ? 1 : 2))
        {
            await EndAtAsync(master);
        }
    }

    /// <summary>Lets the old master alone know that it is over: it names the new one, which still names the old one.</summary>
    public Task EndAtOldMasterAsync() => EndAtAsync(_from);

    internal static async Task<RedisSlotMove> BeginAsync(
        int slot, RedisClusterNode from, RedisClusterNode to, IReadOnlyList<RedisClusterNode> masters)
    {
        var move = new RedisSlotMove(slot, from, to, masters);
        await RespClient.AskAsync(to.Port, "CLUSTER", "SETSLOT", move._slot, "IMPORTING", from.Id);
        await RespClient.AskAsync(from.Port, "CLUSTER", "SETSLOT", move._slot, "MIGRATING", to.Id);
        return move;
    }

    private Task<object?> EndAtAsync(RedisClusterNode master) => RespClient.AskAsync(master.Port, "CLUSTER", "SETSLOT", _slot, "NODE", _to.Id);

    private Task<object?> MoveAsync(RespClient client, params string[] keys) => client.AskAsync([
        "MIGRATE", "127.0.0.1", _to.Port.ToString(CultureInfo.InvariantCulture), "", "0", KeyTimeoutMilliseconds, "REPLACE", "KEYS", .. keys]);
}
