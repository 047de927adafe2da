using System.ComponentModel;

namespace Cacheme;

/// <summary>Lets a node's type be registered by its own name alone. <see cref="Node{TValue}"/> implements it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface INodeType
{
    /// <summary>Hands the node's type and its value's type to the visitor, without reflection.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <param name="visitor">Who asks.</param>
    static abstract void Accept<TNode>(INodeVisitor visitor)
        where TNode : class, INodeType;
}
