using Cacheme.Pipeline;

namespace Cacheme.DependencyInjection;

/// <summary>A node that is to be made.</summary>
/// <param name="NodeType">Its type.</param>
/// <param name="IsScanned">Whether it was found in an assembly, and gives way to one that was added by name.</param>
/// <param name="Create">Makes its cache for the face, and the typed handle; null when there is a fault.</param>
internal sealed record NodeRegistration(Type NodeType, bool IsScanned, Func<NodeBuilder, ICollection<string>, (NodeCache Face, object Handle)?> Create);
