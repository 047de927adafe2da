namespace Cacheme.DependencyInjection;

/// <summary>Derived by a package of Cacheme, and put on its assembly, so that <c>AddCacheme</c> finds what the package brings.</summary>
/// <remarks>
/// AddCacheme looks at the application's assemblies whose names begin with "Cacheme.". A package of another name, or an
/// application published without its list of assemblies (native AOT, a single file), adds the module by
/// <see cref="CachemeBuilder.AddModule"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public abstract class CachemeModuleAttribute : Attribute
{
    /// <summary>Registers what the package brings: schemes of storages, services. Called once for each call of AddCacheme's services.</summary>
    /// <param name="builder">The builder.</param>
    public abstract void Register(CachemeBuilder builder);
}
