namespace Cacheme.Pipeline;

/// <summary>Loads one node: its own load, or one that the caller gave. Answers "none" when there is no value to share.</summary>
internal delegate ValueTask<CacheLookup<TValue>> NodeLoad<TNode, TValue>(TNode node, LoadContext context);
