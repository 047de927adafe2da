using Cacheme.Invalidation;

namespace Cacheme.Local;

/// <summary>A value on its way into local tiers.</summary>
/// <param name="Value">The value.</param>
/// <param name="Copy">Its serialized form where the node hands out copies.</param>
/// <param name="LoadedAt">When it was loaded or set, Unix seconds.</param>
/// <param name="ExpiresAt">When its life ends where it comes from, on the local clock: no nearer tier keeps it longer.</param>
/// <param name="Tags">Its tags; null for none.</param>
internal readonly record struct LocalValue<TValue>(TValue Value, ReadOnlyMemory<byte>? Copy, uint LoadedAt, long ExpiresAt, TagMark? Tags);
