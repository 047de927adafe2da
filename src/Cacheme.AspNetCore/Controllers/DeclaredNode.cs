using System.Reflection;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>What attributes say of an action.</summary>
/// <param name="Attribute">The attribute that counts.</param>
/// <param name="IsOfController">Whether it is said of all actions of the controller.</param>
internal sealed record DeclaredNode(INodeAttribute Attribute, bool IsOfController)
{
    /// <summary>What is said of an action, else of its controller; null for nothing, or that it is not cached.</summary>
    /// <remarks>The nearest counts: what an overriding method says before the overridden one, and a class before its base class.</remarks>
    public static DeclaredNode? Of(ControllerActionDescriptor action) =>
        Nearest(OverridesOf(action.MethodInfo)) is { } own ? Read(action, own, isOfController: false)
        : Nearest(ClassesOf(action.ControllerTypeInfo)) is { } ofController ? Read(action, ofController, isOfController: true)
        : null;

    /// <summary>Whether one of an endpoint's attributes says something of it.</summary>
    public static bool Says(IEnumerable<object> metadata) => metadata.Any(static item => item is INodeAttribute or DisableCachingAttribute);

    private static object[]? Nearest(IEnumerable<MemberInfo> places) =>
        places.Select(static place => place.GetCustomAttributes(inherit: false)).FirstOrDefault(Says);

    // A method that a controller inherits is another object than the same one in its own class, so that only the metadata tell.
    private static IEnumerable<MethodInfo> OverridesOf(MethodInfo method) => ClassesOf(method.DeclaringType)
        .SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(other => other.GetBaseDefinition().HasSameMetadataDefinitionAs(method.GetBaseDefinition()));

    private static IEnumerable<Type> ClassesOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }

    private static DeclaredNode? Read(ControllerActionDescriptor action, object[] attributes, bool isOfController)
    {
        if (attributes.Count(static item => item is INodeAttribute or DisableCachingAttribute) > 1)
        {
            throw new CachemeSetupException($"The endpoint '{action.DisplayName}' has more than one of [CacheWith] and [DisableCaching] in one place. Keep one.");
        }

        return attributes.OfType<INodeAttribute>().FirstOrDefault() is { } attribute ? new(attribute, isOfController) : null;
    }
}
