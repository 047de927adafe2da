using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Cacheme.Benchmarks.Web;

/// <summary>A response as it comes in, with what follows it. The buffer is used again: reading costs no memory, and looks at each part once.</summary>
internal sealed class WebResponse : IDisposable
{
    // The largest page, with its head and the heads of its chunks.
    private const int MostBytes = 128 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(MostBytes);
    private readonly List<(int At, int Length)> _parts = [];
    private int _filled;
    private int _head; // Its length, with the empty line; 0 while it is not whole.
    private int _end; // Where the next response begins; 0 while this one is not whole.
    private int _nextChunk;
    private bool _isChunked;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _filled < _buffer.Length ? _buffer.AsMemory(_filled) : throw new InvalidDataException($"The response is over {_buffer.Length} bytes.");

    /// <summary>The bytes of the body, without what frames it.</summary>
    public int BodyLength { get; private set; }

    /// <summary>The status and the headers.</summary>
    public string Head => Encoding.ASCII.GetString(_buffer, 0, _head);

    /// <summary>Goes on to the next response, of which a part may be there.</summary>
    public void Clear()
    {
        _buffer.AsSpan(_end, _filled - _end).CopyTo(_buffer);
        _parts.Clear();
        (_filled, _end, _head, _nextChunk, _isChunked, BodyLength) = (_filled - _end, 0, 0, 0, false, 0);
    }

    /// <summary>Takes in what was read into <see cref="Free"/>.</summary>
    public void Add(int count) => _filled += count;

    /// <summary>Whether the response is whole.</summary>
    /// <exception cref="InvalidDataException">It is not a success, or its length cannot be told.</exception>
    public bool TryRead() =>
        (_head > 0 || TryReadHead()) && (_isChunked ? TryReadChunks() : TryEnd(_head + BodyLength));

    /// <summary>Whether the body is this one.</summary>
    public bool BodyIs(ReadOnlySpan<byte> expected)
    {
        if (BodyLength != expected.Length)
        {
            return false;
        }

        foreach (var (at, length) in _parts)
        {
            if (!_buffer.AsSpan(at, length).SequenceEqual(expected[..length]))
            {
                return false;
            }

            expected = expected[length..];
        }

        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool TryReadHead()
    {
        var end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        _head = end + 4;
        var head = _buffer.AsSpan(0, _head);
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidDataException($"The server answered {Head.TrimEnd().ReplaceLineEndings(", ")}.");
        }

        _nextChunk = _head;
        _isChunked = head.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) >= 0;
        if (!_isChunked)
        {
            AddPart(_head, LengthIn(head));
        }

        return true;
    }

    private int LengthIn(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new InvalidDataException($"The length cannot be told: {Head.TrimEnd().ReplaceLineEndings(", ")}.");
    }

    // Each is its length in hexadecimal digits, a line's end, its bytes, and a line's end; the last is empty.
    private bool TryReadChunks()
    {
        while (_buffer.AsSpan(_nextChunk, _filled - _nextChunk) is var rest && rest.IndexOf("\r\n"u8) is >= 0 and var line)
        {
            if (!Utf8Parser.TryParse(rest[..line], out int length, out _, 'x'))
            {
                throw new InvalidDataException("A chunk's length cannot be read.");
            }

            var whole = line + 2 + length + 2;
            if (rest.Length < whole)
            {
                return false;
            }

            if (length == 0)
            {
                return TryEnd(_nextChunk + whole);
            }

            AddPart(_nextChunk + line + 2, length);
            _nextChunk += whole;
        }

        return false;
    }

    private bool TryEnd(int at)
    {
        _end = _filled >= at ? at : 0;
        return _end > 0;
    }

    private void AddPart(int at, int length)
    {
        _parts.Add((at, length));
        BodyLength += length;
    }
}
