using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>The commands that changed something, so that they are known after a kill.</summary>
internal sealed class Journal(string file) : IDisposable
{
    private readonly FileStream _file = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>What was written before; what follows is written behind it. A last one that is cut off never answered its client.</summary>
    public IEnumerable<BsonDocument> Read()
    {
        var whole = 0L;
        while (TryRead() is { } command)
        {
            whole = _file.Position;
            yield return command;
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }

    public void Add(BsonDocument command)
    {
        _file.Write(command.ToBson());
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private BsonDocument? TryRead()
    {
        try
        {
            using var reader = new BsonBinaryReader(_file);
            return _file.Position == _file.Length ? null : BsonSerializer.Deserialize<BsonDocument>(reader);
        }
        catch (Exception failure) when (failure is IOException or FormatException)
        {
            return null;
        }
    }
}
