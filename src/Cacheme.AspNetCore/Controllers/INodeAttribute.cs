namespace Cacheme.AspNetCore.Controllers;

/// <summary>An attribute that gives a controller or an action a node, whatever the node's type is.</summary>
internal interface INodeAttribute
{
    Type NodeType { get; }

    NodeEndpointOptions CreateOptions();

    /// <summary>Hands the node's types to the visitor.</summary>
    void Accept(INodeVisitor visitor);
}
