using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Makes a plan, or says why there is none.</summary>
/// <param name="handler">The handler's parameters.</param>
/// <param name="properties">What else the framework binds for the handler: properties of its controller.</param>
/// <param name="isAction">Whether the handler is a controller's.</param>
/// <param name="routeNames">The values that the route has.</param>
/// <param name="options">What the endpoint says.</param>
/// <param name="refusal">Says why there is none.</param>
internal sealed class NodePlanner(
    IReadOnlyList<HandlerParameter> handler, IEnumerable<string> properties, bool isAction, IReadOnlySet<string> routeNames, NodeEndpointOptions options, Refusal refusal)
{
    public NodePlan Plan(Type nodeType)
    {
        var constructor = NodeConstructor.Of(nodeType, refusal);
        var nullability = new NullabilityInfoContext();
        var parameters = constructor.GetParameters().Select(parameter => new NodeParameter(parameter, nullability)).ToList();
        RefuseUnknownIgnored();
        RefuseUnknownGiven(nodeType, parameters);
        RefuseGivenTwice(parameters);
        RefuseMissing(nodeType, parameters);
        return new NodePlan(constructor, parameters.Select(SourceOf), refusal);
    }

    private NodeSource SourceOf(NodeParameter parameter)
    {
        if (GivenOf(parameter) is { } given)
        {
            if (given.IsOfCaller && CallerProbe.Of(parameter.Type) is null)
            {
                throw refusal.Because($"the node's '{parameter.Name}' is {Name(parameter.Type)}, and {given.Description} is a string, a Guid, an int, a long, or an array of strings. Give it one of these types.");
            }

            // What the options say comes first: a caller must not choose by a query who he is.
            return GivenSource.Of(parameter, given) ?? throw refusal.Because(
                $"the node's '{parameter.Name}' is {Name(parameter.Type)}, and {given.Description} is {Name(given.Type)}. Give both the same type, or one that reads from a text.");
        }

        if (ArgumentOf(parameter) is { } argument)
        {
            return parameter.Takes(argument.Type) ? new HandlerSource(parameter, argument, ArgumentText.Of(argument)) : throw refusal.Because(
                $"the node's '{parameter.Name}' is {Name(parameter.Type)} and the handler's '{argument.Name}' is {Name(argument.Type)}. Give both the same type.");
        }

        var route = routeNames.FirstOrDefault(parameter.IsNamed);
        if (route is null && !ReadsRequest)
        {
            // The handler cannot have read it: whoever sent it would fill, or end, the entry of another node.
            return parameter.TryGetDefault(out _) ? new DefaultSource(parameter) : throw refusal.Because(
                $"nothing gives the node's '{parameter.Name}' a value. Take it as a parameter of the handler, name it in the route, say .Map(\"{parameter.Name}\", http => ...), or give it a default.");
        }

        return TextParsers.FindForAll(parameter.Type) is { } parse ? new RequestSource(parameter, parse, route) : throw refusal.Because(
            $"the node's '{parameter.Name}' is {Name(parameter.Type)}, which does not read from a text. Take it as a parameter of the handler, let the type implement IParsable<T>, or say .Map(\"{parameter.Name}\", http => ...).");
    }

    // A mapped node and an action have the whole request, and so has a handler that takes it.
    private bool ReadsRequest => options.IsMapped || isAction || handler.Any(static argument => argument.Type == typeof(HttpContext) || argument.Type == typeof(HttpRequest));

    // The name in the code says more than the one in the URL.
    private HandlerParameter? ArgumentOf(NodeParameter parameter) =>
        RequestBound.FirstOrDefault(argument => parameter.IsNamed(argument.Name))
        ?? RequestBound.FirstOrDefault(argument => parameter.IsNamed(argument.BoundName));

    private GivenValue? GivenOf(NodeParameter parameter) => options.Given.FirstOrDefault(given => parameter.IsNamed(given.Parameter));

    private IEnumerable<HandlerParameter> RequestBound => handler.Where(argument => argument.Kind == HandlerParameterKind.Request);

    private void RefuseMissing(Type nodeType, List<NodeParameter> parameters)
    {
        var used = parameters.Where(parameter => GivenOf(parameter) is null).Select(ArgumentOf).ToHashSet();
        var missing = RequestBound
            .Where(argument => !used.Contains(argument) && !IsIgnored(argument))
            .Select(argument => $"'{argument.Name}'")
            .ToList();
        if (missing.Count > 0)
        {
            var names = string.Join(", ", missing).Replace('\'', '"');
            throw refusal.Because(
                $"the handler's {string.Join(", ", missing)} comes from the request and {nodeType.Name}({string.Join(", ", parameters.Select(p => p.Name))}) does not have it, "
                + "so that one caller would be served another's answer. Add it to the node's constructor and key, "
                + $"or, if it never changes the answer, say {refusal.Say($"Ignore({names})", $"Ignore = [{names}]")}.");
        }
    }

    // Who varies by the user has said what the principal changes.
    private bool IsIgnored(HandlerParameter argument) =>
        options.Ignored.Contains(argument.Name) || options.Ignored.Contains(argument.ArgumentName)
        || (options.VariesByUser && argument.Type == typeof(ClaimsPrincipal));

    // Of a group not every endpoint has what is ignored; a name that none has leaves its own parameter to be refused.
    private void RefuseUnknownIgnored()
    {
        if (refusal.IsOfGroup)
        {
            return;
        }

        var known = handler.SelectMany(argument => new[] { argument.Name, argument.ArgumentName }).Concat(properties);
        var unknown = options.Ignored.Except(known, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            throw refusal.Because($"Ignore names '{string.Join("', '", unknown)}', which the handler does not have. Correct the name, or leave it out.");
        }
    }

    private void RefuseUnknownGiven(Type nodeType, List<NodeParameter> parameters)
    {
        if (options.Given.FirstOrDefault(given => !parameters.Exists(parameter => parameter.IsNamed(given.Parameter))) is { } unknown)
        {
            throw refusal.Because(
                $"'{unknown.Parameter}' is to be {unknown.Description}, and {nodeType.Name}({string.Join(", ", parameters.Select(p => p.Name))}) does not have it. "
                + "Add it to the node's constructor and key, so that the entries of one caller are apart from those of another, or give the parameter's name.");
        }
    }

    // Whichever counted, one of the two would be said in vain; and one may be who asks.
    private void RefuseGivenTwice(List<NodeParameter> parameters)
    {
        if (parameters.Find(parameter => options.Given.Count(given => parameter.IsNamed(given.Parameter)) > 1) is { } twice)
        {
            throw refusal.Because(
                $"its options say of the node's '{twice.Name}' that it is {string.Join(" and ", options.Given.Where(given => twice.IsNamed(given.Parameter)).Select(static given => given.Description))}. Keep one.");
        }
    }

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } underlying ? $"{underlying.Name}?" : type.Name;
}
