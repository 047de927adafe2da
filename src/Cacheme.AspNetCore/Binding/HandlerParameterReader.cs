using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Sorts a handler's parameters the way the framework binds them.</summary>
internal sealed class HandlerParameterReader(IServiceProvider services, IReadOnlySet<string> routeNames)
{
    private readonly IServiceProviderIsService? _isService = services.GetService<IServiceProviderIsService>();

    public IReadOnlyList<HandlerParameter> Read(MethodInfo handler) => [.. handler.GetParameters().SelectMany(ReadOne)];

    private IEnumerable<HandlerParameter> ReadOne(ParameterInfo parameter)
    {
        if (!parameter.IsDefined(typeof(AsParametersAttribute), inherit: false))
        {
            var attributes = parameter.GetCustomAttributes(inherit: false);
            var name = BoundName(attributes, parameter.Name);
            return [new(parameter, name, parameter.ParameterType, KindOf(parameter.ParameterType, attributes), PlaceOf(name, attributes))];
        }

        return AsParametersMembers.Of(parameter.ParameterType).Select(member => new HandlerParameter(
            parameter,
            BoundName(member.Attributes, member.Property.Name),
            member.Property.PropertyType,
            KindOf(member.Property.PropertyType, member.Attributes),
            PlaceOf(BoundName(member.Attributes, member.Property.Name), member.Attributes),
            member.Property));
    }

    private static string BoundName(object[] attributes, string? name) =>
        attributes.OfType<IFromRouteMetadata>().FirstOrDefault()?.Name
        ?? attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name
        ?? attributes.OfType<IFromHeaderMetadata>().FirstOrDefault()?.Name
        ?? name
        ?? "";

    // What no attribute places is in the route where its pattern has the name, else in the query, if it is a text at all.
    private RequestPlace PlaceOf(string name, object[] attributes) =>
        attributes.Any(static a => a is IFromBodyMetadata or IFromFormMetadata or IFromServiceMetadata or FromKeyedServicesAttribute) ? RequestPlace.None
        : attributes.Any(static a => a is IFromHeaderMetadata) ? RequestPlace.Header
        : attributes.Any(static a => a is IFromQueryMetadata) ? RequestPlace.Query
        : attributes.Any(static a => a is IFromRouteMetadata) || routeNames.Contains(name) ? RequestPlace.Route
        : RequestPlace.Query;

    // In the framework's order: what an attribute says comes first, then the types it knows, then services; the rest is the body.
    private HandlerParameterKind KindOf(Type type, object[] attributes)
    {
        if (attributes.Any(a => a is IFromRouteMetadata or IFromQueryMetadata or IFromHeaderMetadata or IFromBodyMetadata or IFromFormMetadata))
        {
            return HandlerParameterKind.Request;
        }

        if (attributes.Any(a => a is IFromServiceMetadata or FromKeyedServicesAttribute))
        {
            return HandlerParameterKind.Service;
        }

        if (type == typeof(CancellationToken))
        {
            return HandlerParameterKind.Token;
        }

        return !RequestTypes.Contains(type) && _isService?.IsService(type) == true
            ? HandlerParameterKind.Service
            : HandlerParameterKind.Request;
    }
}
