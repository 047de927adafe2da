using System.ComponentModel;

namespace Cacheme;

/// <summary>Is told a node's type together with the type of its value.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface INodeVisitor
{
    /// <summary>Called once, by <see cref="INodeType.Accept{TNode}"/>.</summary>
    /// <typeparam name="TNode">The node's type, a class derived from <see cref="Node{TValue}"/>.</typeparam>
    /// <typeparam name="TValue">The type of its value.</typeparam>
    void Visit<TNode, TValue>()
        where TNode : notnull;
}
