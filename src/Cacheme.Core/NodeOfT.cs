using System.Text;

namespace Cacheme;

/// <summary>A node: what is cached, under which key and how it is loaded. Derive a record from it.</summary>
/// <remarks>
/// A positional property cannot be called <c>Key</c>. For a load that may find nothing, take a nullable type
/// (<c>Node&lt;UserInfo?&gt;</c>). Values in a local tier are handed out by reference: let them be immutable.
/// </remarks>
/// <typeparam name="TValue">The type of the cached value.</typeparam>
public abstract record Node<TValue> : Node, INode<TValue>, INodeType
{
    /// <summary>Loads the value when no tier has it. A node that is only asked for with a load of the caller's need not override it.</summary>
    /// <param name="context">The load's services, in a scope of its own, and its token.</param>
    /// <exception cref="NotSupportedException">The node has no load and the call gave none.</exception>
    public virtual ValueTask<TValue> LoadAsync(LoadContext context) => throw new NotSupportedException(
        $"{GetType().Name} has no load: override LoadAsync, or give the load with the call.");

    static void INodeType.Accept<TNode>(INodeVisitor visitor) => visitor.Visit<TNode, TValue>();

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => base.PrintMembers(builder);
}
