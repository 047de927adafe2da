using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Lets MVC find the controllers of one test, and no others of this assembly.</summary>
internal sealed class OnlyControllers(Type[] controllers) : IApplicationFeatureProvider<ControllerFeature>
{
    public static IMvcBuilder Add(IServiceCollection services, params Type[] controllers) => services
        .AddSingleton<Counter>()
        .AddSingleton<Gate>()
        .AddControllers()
        .ConfigureApplicationPartManager(parts =>
        {
            parts.FeatureProviders.Clear();
            parts.FeatureProviders.Add(new OnlyControllers(controllers));
        });

    public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature) =>
        Array.ForEach(controllers, controller => feature.Controllers.Add(controller.GetTypeInfo()));
}
