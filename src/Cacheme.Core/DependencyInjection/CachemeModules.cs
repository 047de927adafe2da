using System.Reflection;

namespace Cacheme.DependencyInjection;

/// <summary>Finds the modules of the application's Cacheme packages.</summary>
internal static class CachemeModules
{
    /// <summary>The modules on the assemblies named Cacheme.* that the application came with.</summary>
    /// <remarks>The list of assemblies is the runtime's; where there is none (native AOT, a single file) nothing is found.</remarks>
    public static IEnumerable<CachemeModuleAttribute> Find()
    {
        var paths = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        return paths
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => name!.StartsWith("Cacheme.", StringComparison.Ordinal)) // Not null: the paths are not.
            .Select(name => Assembly.Load(new AssemblyName(name!)))
            .SelectMany(assembly => assembly.GetCustomAttributes<CachemeModuleAttribute>());
    }
}
