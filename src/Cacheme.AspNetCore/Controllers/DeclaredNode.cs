using System.Reflection;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>What attributes say of an action.</summary>
/// <param name="Attribute">The attribute that counts.</param>
/// <param name="IsOfController">Whether it is said of all actions of the controller.</param>
internal sealed record DeclaredNode(INodeAttribute Attribute, bool IsOfController)
{
    /// <summary>What is said of an action, else of its controller; null for nothing, or that it is not cached.</summary>
    /// <remarks>The nearest counts: an overriding method before the overridden one, a class before its base class.</remarks>
    public static DeclaredNode? Of(ControllerActionDescriptor action) =>
        NearestOf(Lineage(action.MethodInfo)) is { } ofAction ? Read(action, ofAction, isOfController: false)
        : NearestOf(Lineage(action.ControllerTypeInfo)) is { } ofController ? Read(action, ofController, isOfController: true)
        : null;

    /// <summary>Whether one of an endpoint's attributes says something of it.</summary>
    public static bool Says(IEnumerable<object> metadata) => metadata.Any(static item => item is INodeAttribute or DisableCachingAttribute);

    private static object[]? NearestOf(IEnumerable<MemberInfo> lineage) =>
        lineage.Select(static member => member.GetCustomAttributes(inherit: false)).FirstOrDefault(static attributes => Says(attributes));

    private static IEnumerable<MemberInfo> Lineage(MethodInfo method) => Lineage(method.ReflectedType ?? method.DeclaringType)
        .SelectMany(type => ((Type)type).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(other => other.GetBaseDefinition() == method.GetBaseDefinition());

    private static IEnumerable<MemberInfo> Lineage(Type? type)
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
