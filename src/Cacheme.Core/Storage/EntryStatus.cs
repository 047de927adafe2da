namespace Cacheme.Storage;

/// <summary>What was found in a remote tier's bytes. All but <see cref="Ok"/> are misses.</summary>
internal enum EntryStatus
{
    /// <summary>Rubbish: no entry, cut off, or changed.</summary>
    Damaged,

    /// <summary>The entry is whole and serves.</summary>
    Ok,

    /// <summary>A whole entry in a form that this version does not know.</summary>
    UnknownVersion,

    /// <summary>The entry's time is over; whose it was does not matter any more.</summary>
    Expired,

    /// <summary>The entry of another key.</summary>
    OtherKey,

    /// <summary>The same key, written by another node.</summary>
    OtherNode,

    /// <summary>The node's entry, written by another serializer.</summary>
    OtherCodec,

    /// <summary>The node's entry, with a payload over the limit.</summary>
    TooLarge,
}
