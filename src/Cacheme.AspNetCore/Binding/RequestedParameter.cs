using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Describes a parameter of a node that is read from the request, as the framework describes those of a handler.</summary>
/// <param name="parameter">The node's parameter.</param>
/// <param name="name">Its name in the request.</param>
internal sealed class RequestedParameter(NodeParameter parameter, string name) : IParameterBindingMetadata
{
    public string Name => name;

    public bool HasTryParse => parameter.Type != typeof(string);

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter.Info;

    public bool IsOptional => parameter.TryGetDefault(out _);
}
