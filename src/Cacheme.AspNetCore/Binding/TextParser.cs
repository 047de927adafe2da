namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads a value from a request's text, always with the invariant culture.</summary>
internal delegate bool TextParser(string text, out object? value);
