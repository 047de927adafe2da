using Cacheme.AspNetCore.Binding;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Tells which actions can be answered before their arguments are bound: where nothing but the framework's own binding would have happened, and would have succeeded.</summary>
internal static class EarlyBinding
{
    /// <summary>Whether an action may be answered early, as far as its arguments and filters go.</summary>
    public static bool IsPossible(
        ControllerActionDescriptor action, IReadOnlyList<HandlerParameter> parameters, IReadOnlyList<string> properties, NodeEndpointOptions options, IServiceProvider services) =>
        ActionFilters.AreHarmless(action, services)
        && properties.Count == 0
        && parameters.All(parameter => parameter.Kind != HandlerParameterKind.Request || (parameter.Parser is not null && !options.Ignored.Contains(parameter.Name)))
        && BindsAsTheFrameworkDoes(services);

    private static bool BindsAsTheFrameworkDoes(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<MvcOptions>>().Value;
        return options.ModelBinderProviders.All(FrameworkParts.Contains)
            && options.ValueProviderFactories.All(FrameworkParts.Contains)
            && options.ModelMetadataDetailsProviders.All(FrameworkParts.Contains)
            && options.ModelValidatorProviders.All(FrameworkParts.Contains)
            && FrameworkParts.Contains(services.GetService<IModelBinderFactory>())
            && FrameworkParts.Contains(services.GetService<IModelMetadataProvider>())
            && FrameworkParts.Contains(services.GetService<IObjectModelValidator>())
            && FrameworkParts.Contains(services.GetService<ParameterBinder>());
    }
}
