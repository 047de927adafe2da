using System.Globalization;
using System.Net.Sockets;

namespace Cacheme.Servers;

/// <summary>A real Redis Cluster of its own: three masters with a replica each, on free ports of the loopback.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    /// <summary>How many hash slots there are.</summary>
    public const int Slots = 16_384;

    private const int Masters = 3;
    private const int Attempts = 3;
    private const int NodeTimeoutMilliseconds = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly RedisServer[] _nodes;
    private readonly int[] _busPorts;

    private RedisCluster(RedisServer[] nodes, int[] busPorts)
    {
        _nodes = nodes;
        _busPorts = busPorts;
    }

    /// <summary>All nodes. Each can be stopped, restarted (it comes back empty, as what it was or as a replica), paused and resumed.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>The nodes' hosts and ports, separated by commas.</summary>
    public string EndPoints => string.Join(',', _nodes.Select(node => node.EndPoint));

    /// <summary>Starts a cluster and waits until every node says that it is whole: about two seconds.</summary>
    /// <param name="arguments">Further arguments of each redis-server.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<RedisCluster> StartAsync(params string[] arguments)
    {
        RedisServer.Require();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StartOnceAsync(arguments);
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // Somebody took a port between asking for a free one and listening on it.
            }
        }
    }

    /// <summary>The slot of a key.</summary>
    /// <param name="key">The key.</param>
    public async Task<int> SlotOfAsync(string key) =>
        (int)(long)(await RespClient.AskAsync(Running().Port, "CLUSTER", "KEYSLOT", RespClient.Escape(key)))!; // Not null: it answers a number.

    /// <summary>The master that serves a slot, and knows it: the others may learn it later.</summary>
    /// <param name="slot">The slot.</param>
    public async Task<RedisServer> MasterOfAsync(int slot) => NodeOn((await TableOfMastersAsync()).First(node => node.Serves(slot)).Port);

    /// <summary>The masters that run.</summary>
    public async Task<IReadOnlyList<RedisServer>> MastersAsync() => [.. (await TableOfMastersAsync()).Select(node => NodeOn(node.Port))];

    /// <summary>The replica of a master.</summary>
    /// <param name="master">The master.</param>
    public async Task<RedisServer> ReplicaOfAsync(RedisServer master)
    {
        var table = await TableAsync(Running());
        var id = table.Single(node => node.Port == master.Port).Id;
        return NodeOn(table.First(node => node.MasterId == id).Port);
    }

    /// <summary>Lets the replica of a master take its place, in an orderly way, and waits until all nodes know.</summary>
    /// <param name="master">The master.</param>
    /// <returns>The new master.</returns>
    public async Task<RedisServer> FailOverAsync(RedisServer master)
    {
        var replica = await ReplicaOfAsync(master);
        var asked = long.MinValue;
        await WaitAsync(async () =>
        {
            // The others vote once in two timeouts for a place, so that a second failover may get no votes at first.
            if (asked == long.MinValue || TimeProvider.System.GetElapsedTime(asked) > ElectionTimeout)
            {
                await RespClient.AskAsync(replica.Port, "CLUSTER", "FAILOVER");
                asked = TimeProvider.System.GetTimestamp();
            }

            return await IsMasterForAllAsync(replica);
        });
        return replica;
    }

    /// <summary>Waits until a node is a master for all nodes that answer.</summary>
    /// <param name="node">The node.</param>
    public Task WaitUntilMasterAsync(RedisServer node) => WaitAsync(() => IsMasterForAllAsync(node));

    /// <summary>Waits until every node runs, serves, and says the same of who has which slots. Replicas may still fetch what they lack.</summary>
    public Task WaitUntilServedAsync() => WaitAsync(async () =>
    {
        var states = await Task.WhenAll(_nodes.Select(async node => (string?)await RespClient.AskAsync(node.Port, "CLUSTER", "INFO") ?? ""));
        var tables = await Task.WhenAll(_nodes.Select(TableAsync));
        return states.All(IsServing) && tables.Select(OwnersIn).Distinct().Count() == 1;
    });

    /// <summary>Waits until every node runs, knows all others, serves, and every replica has what its master has.</summary>
    public Task WaitUntilWholeAsync() => WaitAsync(async () =>
        (await Task.WhenAll(_nodes.Select(IsWholeAsync))).All(whole => whole));

    /// <summary>Begins to move a slot to another master. Its keys move with <see cref="RedisSlotMove.MoveKeysAsync"/>.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="to">The master that shall have it.</param>
    public async Task<RedisSlotMove> BeginMoveAsync(int slot, RedisServer to)
    {
        var masters = await TableOfMastersAsync();
        return await RedisSlotMove.BeginAsync(
            slot, masters.First(node => node.Serves(slot)), masters.Single(node => node.Port == to.Port), masters);
    }

    /// <summary>Moves a slot with its keys to another master.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="to">The master that shall have it.</param>
    public async Task MoveAsync(int slot, RedisServer to)
    {
        var move = await BeginMoveAsync(slot, to);
        await move.MoveKeysAsync();
        await move.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static async Task<RedisCluster> StartOnceAsync(string[] arguments)
    {
        int[] busPorts = [.. Enumerable.Range(0, 2 * Masters).Select(_ => LoopbackPort.Free())];
        var starts = busPorts.Select(busPort => RedisServer.StartAsync(password: null, [
            "--cluster-enabled", "yes", "--cluster-port", Text(busPort), "--cluster-announce-ip", "127.0.0.1",
            "--cluster-node-timeout", Text(NodeTimeoutMilliseconds), "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0",
            .. arguments])).ToArray();
        try
        {
            var cluster = new RedisCluster(await Task.WhenAll(starts), busPorts);
            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            foreach (var start in starts.Where(start => start.IsCompletedSuccessfully))
            {
                await (await start).DisposeAsync();
            }

            throw;
        }
    }

    private async Task FormAsync()
    {
        for (var i = 0; i < _nodes.Length; i++)
        {
            // Different epochs from the start: the nodes would else have to find out who is right.
            await RespClient.AskAsync(_nodes[i].Port, "CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
            if (i < Masters)
            {
                await RespClient.AskAsync(_nodes[i].Port, "CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / Masters), Text((Slots * (i + 1) / Masters) - 1));
            }

            await RespClient.AskAsync(_nodes[0].Port, "CLUSTER", "MEET", "127.0.0.1", Text(_nodes[i].Port), Text(_busPorts[i]));
        }

        await WaitAsync(async () => (await Task.WhenAll(_nodes.Select(TableAsync))).All(table => table.Count == _nodes.Length && table.All(node => node.IsKnown)));
        for (var i = Masters; i < _nodes.Length; i++)
        {
            var master = (string)(await RespClient.AskAsync(_nodes[i - Masters].Port, "CLUSTER", "MYID"))!; // Not null: it answers a name.
            await RespClient.AskAsync(_nodes[i].Port, "CLUSTER", "REPLICATE", master);
        }

        await WaitUntilWholeAsync();
    }

    private async Task<bool> IsMasterForAllAsync(RedisServer node)
    {
        var tables = await Task.WhenAll(_nodes.Where(each => each.IsRunning).Select(TableAsync));
        return tables.All(table => table.Any(row => row.Port == node.Port && row.IsMaster && row.Slots.Count > 0));
    }

    private async Task<bool> IsWholeAsync(RedisServer node)
    {
        using var client = await RespClient.ConnectAsync(node.Port);
        var table = await TableAsync(node);
        var state = (string?)await client.AskAsync("CLUSTER", "INFO") ?? "";
        var replication = (string?)await client.AskAsync("INFO", "replication") ?? "";
        return IsServing(state)
            && table.Count == _nodes.Length
            && table.Where(row => row.IsMaster).All(master => table.Any(row => row.MasterId == master.Id))
            && (replication.Contains("connected_slaves:1", StringComparison.Ordinal) || replication.Contains("master_link_status:up", StringComparison.Ordinal));
    }

    private static bool IsServing(string state) =>
        state.Contains("cluster_state:ok", StringComparison.Ordinal) && state.Contains("cluster_slots_ok:16384", StringComparison.Ordinal);

    private static string OwnersIn(IReadOnlyList<RedisClusterNode> table) =>
        string.Join(';', table.Where(node => node.Slots.Count > 0).Select(node => $"{node.Port} {string.Join(',', node.Slots)}").Order(StringComparer.Ordinal));

    private static async Task<IReadOnlyList<RedisClusterNode>> TableAsync(RedisServer node)
    {
        var lines = (string?)await RespClient.AskAsync(node.Port, "CLUSTER", "NODES") ?? "";
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RedisClusterNode.Parse)];
    }

    /// <summary>What each master says of itself.</summary>
    private async Task<IReadOnlyList<RedisClusterNode>> TableOfMastersAsync()
    {
        var tables = await Task.WhenAll(_nodes.Where(node => node.IsRunning).Select(TableAsync));
        return [.. tables.Select(table => table.Single(node => node.IsMyself)).Where(node => node.IsMaster)];
    }

    private RedisServer Running() => _nodes.First(node => node.IsRunning);

    private RedisServer NodeOn(int port) => _nodes.Single(node => node.Port == port);

    /// <summary>Polls the servers, who tell nobody when they have agreed. One that is away, or still loads its data, has not.</summary>
    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or InvalidOperationException)
            {
                last = fault;
            }

            await Task.Delay(Poll);
        }

        throw new TimeoutException($"The nodes of the cluster did not agree within {Patience}.", last);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
