namespace Cacheme.AspNetCore.Controllers;

/// <summary>Tells MVC's own parts from those that an application has put in: what they do with a request nobody knows.</summary>
internal static class FrameworkParts
{
    private const string Mvc = "Microsoft.AspNetCore.Mvc.";

    public static bool Contains(object? part) => part is null || part.GetType().Assembly.GetName().Name?.StartsWith(Mvc, StringComparison.Ordinal) == true;
}
