namespace Cacheme.Pipeline;

/// <summary>A storage that could not be asked.</summary>
/// <param name="Storage">Its name.</param>
/// <param name="Error">Why; null where it has something of the key's that must not be read.</param>
internal sealed record StorageFailure(string Storage, Exception? Error);
