namespace Cacheme.Telemetry;

/// <summary>How a load ended.</summary>
internal enum LoadOutcome
{
    /// <summary>It returned.</summary>
    Success,

    /// <summary>It threw.</summary>
    Failure,

    /// <summary>It was stopped because nobody waited for it any more.</summary>
    Cancelled,
}
