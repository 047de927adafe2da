using Cacheme.Pipeline;

namespace Cacheme;

/// <summary>A node that brings its cache along, since its type does not tell.</summary>
internal interface IDynamicNode
{
    NodeCache Cache { get; }
}
