namespace Cacheme.Local;

/// <summary>From which queue an entry left.</summary>
internal enum GhostKind
{
    /// <summary>It is not remembered.</summary>
    None,

    /// <summary>It was not used soon enough.</summary>
    Probation,

    /// <summary>It had been used, and was not used any more.</summary>
    Main,
}
