using System.ComponentModel;

namespace Cacheme.Tests.Hybrid;

/// <summary>A value that says that nobody can change it.</summary>
[ImmutableObject(true)]
internal sealed record Fixed(string Text);
