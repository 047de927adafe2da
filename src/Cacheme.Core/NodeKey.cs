using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Cacheme;

/// <summary>A node's key, written as an interpolated string: <c>$"user:{UserId}:info"</c>, or converted from a string.</summary>
/// <remarks>
/// Values are always formatted with the invariant culture: -1, 1.5 or a date give the same key on every server. The text is
/// built in a buffer of the thread, so that a hit need not allocate it; being a ref struct, a key cannot be kept.
/// <see cref="ToString"/> gives the text. Different values give different keys, whatever somebody has typed: the character that
/// follows a text, and <c>%</c>, are escaped in it (in <c>$"search:{User}:{Text}"</c> the user <c>a:b</c> is <c>a%3Ab</c>), and
/// <c>%,</c> stands between values that follow each other.
/// </remarks>
[InterpolatedStringHandler]
[SuppressMessage("Usage", "CA2231", Justification = "A ref struct is not compared.")]
public ref struct NodeKey
{
    private const int SmallestBuffer = 256;

    // One buffer a thread, taken out while a key uses it: a key that is built inside another one gets an array of its own.
    [ThreadStatic]
    private static char[]? _threadBuffer;

    private readonly string? _text;
    private char[]? _buffer;
    private int _length;
    private int _openText = -1; // where a text begins that is the last part so far
    private bool _endsWithValue;

    /// <summary>Begins a key. Called by the compiler.</summary>
    /// <param name="literalLength">The number of characters in the literal parts.</param>
    /// <param name="formattedCount">The number of values.</param>
    public NodeKey(int literalLength, int formattedCount)
    {
        _text = null;
        _length = 0;
        var buffer = _threadBuffer;
        _threadBuffer = null;
        var expected = literalLength + (formattedCount * 16);
        _buffer = buffer is not null && buffer.Length >= expected ? buffer : new char[Math.Max(expected, SmallestBuffer)];
    }

    private NodeKey(string? text)
    {
        _text = text;
        _length = text?.Length ?? 0;
        _buffer = null;
    }

    internal readonly ReadOnlySpan<char> Text => _buffer is null ? _text : _buffer.AsSpan(0, _length);

    /// <summary>Makes a key of a text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator NodeKey(string? text) => new(text);

    /// <summary>Adds a literal part. Called by the compiler.</summary>
    /// <param name="value">The part.</param>
    public void AppendLiteral(string value)
    {
        CloseText(value[0]);
        _endsWithValue = false;
        Append(value);
    }

    /// <summary>Adds a value. Called by the compiler.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    /// <summary>Adds a value with a format. Called by the compiler.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">The format.</param>
    public void AppendFormatted<T>(T value, string? format)
    {
        BeginValue(isText: !IsPlain<T>());
        if (value is DateTime or DateTimeOffset or TimeOnly)
        {
            // By default they print without fractions of a second, or without seconds: different values would share a key.
            format ??= "O";
        }

        if (value is ISpanFormattable)
        {
            int written;
            // The cast is free for value types: the compiler for each of them removes the box.
            while (!((ISpanFormattable)value).TryFormat(Free(), out written, format, CultureInfo.InvariantCulture))
            {
                Grow(_buffer!.Length);
            }

            _length += written;
            return;
        }

        Append(KeyText.Of(value, format));
    }

    /// <summary>Adds a value with an alignment. Called by the compiler.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="alignment">The width; negative to align left.</param>
    /// <param name="format">The format.</param>
    public void AppendFormatted<T>(T value, int alignment, string? format = null)
    {
        BeginValue(isText: true);
        _endsWithValue = false;
        var start = _length;
        AppendFormatted(value, format);
        _openText = start;
        var missing = Math.Abs(alignment) - (_length - start);
        if (missing <= 0)
        {
            return;
        }

        EnsureFree(missing);
        var padded = _buffer.AsSpan(start, _length - start + missing);
        if (alignment > 0)
        {
            padded[..^missing].CopyTo(padded[missing..]);
            padded[..missing].Fill(' ');
        }
        else
        {
            padded[^missing..].Fill(' ');
        }

        _length += missing;
    }

    /// <summary>Adds a text. Called by the compiler.</summary>
    /// <param name="value">The text.</param>
    public void AppendFormatted(string? value) => AppendFormatted(value.AsSpan());

    /// <summary>Adds a text. Called by the compiler.</summary>
    /// <param name="value">The text.</param>
    public void AppendFormatted(scoped ReadOnlySpan<char> value)
    {
        BeginValue(isText: true);
        Append(value);
    }

    /// <summary>Adds the text of another key. Called by the compiler.</summary>
    /// <param name="value">The key.</param>
    public void AppendFormatted(scoped NodeKey value)
    {
        BeginValue(isText: false);
        // Its own texts are closed, but for one at its end, or one that it was made of.
        _openText = value._buffer is null ? _length : value._openText < 0 ? -1 : _length + value._openText;
        Append(value.Text);
    }

    /// <summary>The key's text.</summary>
    public override readonly string ToString() => _buffer is null ? _text ?? "" : new string(_buffer, 0, _length);

    /// <summary>Gives the buffer back to the thread. The key is not used after it.</summary>
    internal void Release()
    {
        if (_buffer is { Length: <= SmallestBuffer * 4 } buffer)
        {
            _threadBuffer = buffer;
        }

        _buffer = null;
    }

    // Of these no value looks like the end of another one.
    private static bool IsPlain<T>() =>
        (typeof(T).IsPrimitive && typeof(T) != typeof(char))
        || typeof(T) == typeof(Guid) || typeof(T) == typeof(decimal) || typeof(T) == typeof(Int128) || typeof(T) == typeof(UInt128)
        || typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(DateOnly) || typeof(T) == typeof(TimeOnly) || typeof(T) == typeof(TimeSpan);

    private void BeginValue(bool isText)
    {
        if (_endsWithValue)
        {
            CloseText('%');
            Append("%,");
        }

        _endsWithValue = true;
        _openText = isText ? _length : -1;
    }

    // With what comes after a text it is known what must not stand in it.
    private void CloseText(char next)
    {
        var start = _openText;
        _openText = -1;
        if (start < 0 || !_buffer.AsSpan(start, _length - start).ContainsAny(next, '%'))
        {
            return;
        }

        var text = _buffer.AsSpan(start, _length - start).ToString();
        _length = start;
        foreach (var character in text)
        {
            if (character == next || character == '%')
            {
                Append("%");
                Append(((int)character).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                Append(new ReadOnlySpan<char>(in character));
            }
        }
    }

    private void Append(scoped ReadOnlySpan<char> value)
    {
        EnsureFree(value.Length);
        value.CopyTo(Free());
        _length += value.Length;
    }

    private readonly Span<char> Free() => _buffer.AsSpan(_length);

    private void EnsureFree(int count)
    {
        if (_buffer!.Length - _length < count)
        {
            Grow(count);
        }
    }

    private void Grow(int count) => Array.Resize(ref _buffer, Math.Max(_buffer!.Length * 2, _length + count));
}
