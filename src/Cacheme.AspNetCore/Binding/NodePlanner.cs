using System.Reflection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Makes a plan, or says why there is none.</summary>
internal sealed class NodePlanner(IReadOnlyList<HandlerParameter> handler, IReadOnlySet<string> routeNames, IReadOnlySet<string> ignored, Refusal refusal)
{
    public NodePlan Plan(Type nodeType)
    {
        var constructor = NodeConstructor.Of(nodeType, refusal);
        var nullability = new NullabilityInfoContext();
        var parameters = constructor.GetParameters().Select(parameter => new NodeParameter(parameter, nullability)).ToList();
        RefuseUnknownIgnored();
        RefuseMissing(nodeType, parameters);
        return new NodePlan(constructor, parameters.Select(SourceOf));
    }

    private NodeSource SourceOf(NodeParameter parameter)
    {
        if (ArgumentOf(parameter) is { } argument)
        {
            return parameter.Takes(argument.Type) ? new HandlerSource(parameter, argument) : throw refusal.Because(
                $"the node's '{parameter.Name}' is {Name(parameter.Type)} and the handler's '{argument.Name}' is {Name(argument.Type)}. Give both the same type.");
        }

        return TextParsers.Find(parameter.Type) is { } parse ? new RequestSource(parameter, parse, routeNames.Contains(parameter.Name)) : throw refusal.Because(
            $"the node's '{parameter.Name}' is {Name(parameter.Type)}, which does not read from a text. Take it as a parameter of the handler, or let the type implement IParsable<T>.");
    }

    // The name in the code says more than the one in the URL.
    private HandlerParameter? ArgumentOf(NodeParameter parameter) =>
        RequestBound.FirstOrDefault(argument => parameter.IsNamed(argument.Name))
        ?? RequestBound.FirstOrDefault(argument => parameter.IsNamed(argument.BoundName));

    private IEnumerable<HandlerParameter> RequestBound => handler.Where(argument => argument.Kind == HandlerParameterKind.Request);

    private void RefuseMissing(Type nodeType, List<NodeParameter> parameters)
    {
        var used = parameters.Select(ArgumentOf).ToHashSet();
        var missing = RequestBound
            .Where(argument => !used.Contains(argument) && !ignored.Contains(argument.Name) && !ignored.Contains(argument.ArgumentName))
            .Select(argument => $"'{argument.Name}'")
            .ToList();
        if (missing.Count > 0)
        {
            throw refusal.Because(
                $"the handler's {string.Join(", ", missing)} comes from the request and {nodeType.Name}({string.Join(", ", parameters.Select(p => p.Name))}) does not have it, "
                + "so that one caller would be served another's answer. Add it to the node's constructor and key, "
                + $"or, if it never changes the answer, say .CacheWith<{nodeType.Name}>(options => options.Ignore({string.Join(", ", missing).Replace('\'', '"')})).");
        }
    }

    private void RefuseUnknownIgnored()
    {
        var known = handler.SelectMany(argument => new[] { argument.Name, argument.ArgumentName });
        var unknown = ignored.Except(known, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            throw refusal.Because($"Ignore names '{string.Join("', '", unknown)}', which the handler does not have. Correct the name, or leave it out.");
        }
    }

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } underlying ? $"{underlying.Name}?" : type.Name;
}
