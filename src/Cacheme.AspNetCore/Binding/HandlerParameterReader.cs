using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Sorts a handler's parameters the way the framework binds them.</summary>
internal sealed class HandlerParameterReader(IServiceProvider services)
{
    private readonly IServiceProviderIsService? _isService = services.GetService<IServiceProviderIsService>();

    public IReadOnlyList<HandlerParameter> Read(MethodInfo handler) => [.. handler.GetParameters().SelectMany(ReadOne)];

    private IEnumerable<HandlerParameter> ReadOne(ParameterInfo parameter)
    {
        if (!parameter.IsDefined(typeof(AsParametersAttribute), inherit: false))
        {
            var attributes = parameter.GetCustomAttributes(inherit: false);
            return [new(parameter, BoundName(attributes, parameter.Name), parameter.ParameterType, KindOf(parameter.ParameterType, attributes))];
        }

        return AsParametersMembers.Of(parameter.ParameterType).Select(member => new HandlerParameter(
            parameter,
            BoundName(member.Attributes, member.Property.Name),
            member.Property.PropertyType,
            KindOf(member.Property.PropertyType, member.Attributes),
            member.Property));
    }

    private static string BoundName(object[] attributes, string? name) =>
        attributes.OfType<IFromRouteMetadata>().FirstOrDefault()?.Name
        ?? attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name
        ?? attributes.OfType<IFromHeaderMetadata>().FirstOrDefault()?.Name
        ?? name
        ?? "";

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
