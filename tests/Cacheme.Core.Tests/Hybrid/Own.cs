namespace Cacheme.Tests.Hybrid;

/// <summary>A value with a serializer of its own.</summary>
internal sealed record Own(string Text);
