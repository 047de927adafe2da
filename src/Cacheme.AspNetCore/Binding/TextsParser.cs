using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads a value from all texts that a request has under a name: one, or as many as an array has elements.</summary>
internal delegate bool TextsParser(StringValues texts, out object? value);
