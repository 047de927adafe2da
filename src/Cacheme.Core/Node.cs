using System.Text;
using Cacheme.Pipeline;

namespace Cacheme;

/// <summary>The base of all nodes, for lists of nodes whose values differ. Derive from <see cref="Node{TValue}"/>.</summary>
public abstract record Node
{
    private protected Node()
    {
    }

    /// <summary>The key, a pure function of the node's properties: <c>$"user:{UserId}:info"</c>.</summary>
    /// <remarks>The prefix of the application and the version of the policy are added around it.</remarks>
    public abstract NodeKey Key { get; }

    // A node without a class of its own brings its cache along, since its type does not tell.
    internal virtual NodeCache? OwnCache => null;

    // A key may name a person, so it is not printed; and a NodeKey cannot be boxed by the record's own printing.
    private protected virtual bool PrintKey(StringBuilder builder) => false;

    /// <summary>Prints the properties of the derived record, without the key.</summary>
    /// <param name="builder">Where they go.</param>
    protected virtual bool PrintMembers(StringBuilder builder) => PrintKey(builder);
}
