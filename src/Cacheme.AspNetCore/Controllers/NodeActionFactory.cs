using Cacheme.AspNetCore.Endpoints;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Makes the node's endpoint of one action, and refuses what cannot work.</summary>
/// <param name="action">The action.</param>
/// <param name="metadata">What is said of its endpoint.</param>
/// <param name="routeNames">What its route has.</param>
/// <param name="options">What differs from the node's policy.</param>
/// <param name="isOfGroup">Whether the node was given to many actions at once.</param>
/// <param name="services">The application's.</param>
internal sealed class NodeActionFactory(
    ControllerActionDescriptor action, IEnumerable<object> metadata, IReadOnlySet<string> routeNames, NodeEndpointOptions options, bool isOfGroup, IServiceProvider services)
    : INodeVisitor
{
    private NodeEndpointMetadata? _created;

    /// <summary>What stands in the endpoint's metadata, after the node's type has let this visit it.</summary>
    public NodeEndpointMetadata Create() => _created ?? throw new InvalidOperationException("The node's type has not let this visit it.");

    public void Visit<TNode, TValue>()
        where TNode : notnull
    {
        var refusal = new Refusal(action.DisplayName, typeof(TNode), isOfGroup) { IsAttribute = metadata.OfType<INodeAttribute>().Any() };
        var properties = BoundProperties.Of(action, metadata);
        RefuseBoundProperties(properties, refusal);
        RefuseFiltersThatAuthorize(refusal);
        var parameters = ActionParameterReader.Read(action);
        var site = new HandlerSite(services, metadata, routeNames, parameters)
        {
            IsAction = true,
            Properties = [.. action.BoundProperties.Select(static property => property.Name)],
            AnswersEarly = () => EarlyBinding.IsPossible(action, parameters, properties, options, services),
        };
        (_created, _) = site.Create<TNode, TValue>(options, refusal, () => DeclaredActionResult.Read<TValue>(action.MethodInfo, new Negotiation(action, services), refusal));
    }

    private void RefuseBoundProperties(IEnumerable<string> properties, Refusal refusal)
    {
        if (properties.FirstOrDefault(property => !options.Ignored.Contains(property)) is { } bound)
        {
            throw refusal.Because(
                $"the controller's property '{bound}' comes from the request, and the node cannot have it. Take it as a parameter of the action, "
                + $"or, if it never changes the answer, say {refusal.Say($"Ignore(\"{bound}\")", $"Ignore = [\"{bound}\"]")}.");
        }
    }

    // Endpoints tell of their own authorization when the application starts; MVC's filters do not stand there.
    private void RefuseFiltersThatAuthorize(Refusal refusal)
    {
        if ((options is { IsShared: false, Varies: false } || options.ClientCaching.IsPublic) && ActionFilters.AskForAuthorization(action))
        {
            throw refusal.Because(options.ClientCaching.IsPublic ? Refusal.PublicWithGuard : refusal.NobodySaysWhose);
        }
    }
}
