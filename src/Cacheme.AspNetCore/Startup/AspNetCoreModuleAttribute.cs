using Cacheme.AspNetCore.Controllers;
using Cacheme.AspNetCore.Endpoints;
using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Startup;
using Cacheme.DependencyInjection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

[assembly: AspNetCoreModule]

namespace Cacheme.AspNetCore.Startup;

/// <summary>What AddCacheme gets from this package.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class AspNetCoreModuleAttribute : CachemeModuleAttribute
{
    public override void Register(CachemeBuilder builder)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, EndpointStartupFilter>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IActionDescriptorProvider, NodeActionProvider>());
        builder.Services.TryAddSingleton<AuthorizationDemand>();
        builder.Services.TryAddSingleton(static services => new BodyLimit(services.GetRequiredService<IOptions<CachemeEndpointOptions>>().Value.BodySizeLimit));
        builder.Services.AddOptions<CachemeEndpointOptions>();
    }
}
