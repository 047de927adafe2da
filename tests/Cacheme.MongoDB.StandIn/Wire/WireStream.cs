using System.Buffers.Binary;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace Cacheme.MongoDB.StandIn.Wire;

/// <summary>Reads requests from a stream and writes their answers: OP_MSG, and the old OP_QUERY for a first hello.</summary>
internal sealed class WireStream(Stream stream)
{
    public const int LargestMessage = 48_000_000;

    private const int HeaderLength = 16;
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;
    private const int ChecksumFlag = 1;
    private const int MoreToComeFlag = 2;
    private const int ExhaustAllowedFlag = 1 << 16;

    private int _lastAnswer;

    /// <summary>The next request; null when the client has gone.</summary>
    public async Task<WireRequest?> ReadAsync()
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var id = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
        var operation = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (length is < HeaderLength or > LargestMessage)
        {
            throw new IOException($"A message of {length} bytes.");
        }

        var body = new byte[length - HeaderLength];
        await stream.ReadExactlyAsync(body);
        return operation switch
        {
            OpMsg => ReadMessage(id, body),
            OpQuery => ReadQuery(id, body),
            _ => throw new IOException($"The operation {operation} is not known."),
        };
    }

    /// <summary>Returns when the client has gone.</summary>
    public async Task WaitForEndAsync() => await stream.ReadAsync(new byte[1]).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);

    /// <summary>Writes an answer, and gives its number.</summary>
    public async Task<int> WriteAsync(WireRequest request, BsonDocument answer, bool moreToCome = false)
    {
        var id = ++_lastAnswer;
        using var message = new MemoryStream();
        using (var writer = new BinaryWriter(message, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(0);
            writer.Write(id);
            writer.Write(request.Id);
            if (request.IsLegacy)
            {
                writer.Write(OpReply);
                writer.Write(8); // Flags: as every server since long ago.
                writer.Write(0L);
                writer.Write(0);
                writer.Write(1);
            }
            else
            {
                writer.Write(OpMsg);
                writer.Write(moreToCome ? MoreToComeFlag : 0);
                writer.Write((byte)0);
            }

            writer.Write(answer.ToBson());
        }

        var bytes = message.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
        return id;
    }

    private static WireRequest ReadMessage(int id, byte[] body)
    {
        var flags = BinaryPrimitives.ReadInt32LittleEndian(body);
        var end = body.Length - ((flags & ChecksumFlag) == 0 ? 0 : sizeof(int));
        using var reader = new BsonBinaryReader(new MemoryStream(body));
        var bytes = reader.BsonStream;
        bytes.Position = sizeof(int);
        var command = new BsonDocument();
        while (bytes.Position < end)
        {
            if (bytes.ReadByte() == 0)
            {
                command.AddRange(ReadDocument(reader));
            }
            else
            {
                var sectionEnd = bytes.Position + bytes.ReadInt32();
                var documents = new BsonArray();
                command.Add(bytes.ReadCString(Utf8Encodings.Strict), documents);
                while (bytes.Position < sectionEnd)
                {
                    documents.Add(ReadDocument(reader));
                }
            }
        }

        return new WireRequest(id, IsLegacy: false, (flags & MoreToComeFlag) != 0, (flags & ExhaustAllowedFlag) != 0, InOrder(command));
    }

    private static WireRequest ReadQuery(int id, byte[] body)
    {
        using var reader = new BsonBinaryReader(new MemoryStream(body));
        reader.BsonStream.Position = sizeof(int);
        var collection = reader.BsonStream.ReadCString(Utf8Encodings.Strict);
        reader.BsonStream.Position += 2 * sizeof(int);
        var command = ReadDocument(reader);
        command = command.TryGetValue("$query", out var query) ? query.AsBsonDocument : command;
        command["$db"] = collection[..collection.IndexOf('.', StringComparison.Ordinal)];
        return new WireRequest(id, IsLegacy: true, WantsNoAnswer: false, AllowsMore: false, command);
    }

    /// <summary>A reader reads one document to its end, so each has one of its own over the same bytes.</summary>
    private static BsonDocument ReadDocument(BsonBinaryReader reader)
    {
        using var one = new BsonBinaryReader(reader.BsonStream);
        return BsonSerializer.Deserialize<BsonDocument>(one);
    }

    /// <summary>The command's name comes first, wherever the documents beside it stood.</summary>
    private static BsonDocument InOrder(BsonDocument command) =>
        command.ElementCount > 0 && command.GetElement(0).Value is BsonArray && command.Contains("$db")
            ? new BsonDocument(command.Elements.OrderBy(element => element.Value is BsonArray))
            : command;
}
