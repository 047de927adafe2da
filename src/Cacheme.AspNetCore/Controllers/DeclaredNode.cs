using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>What attributes say of an action.</summary>
/// <param name="Attribute">The attribute that counts.</param>
/// <param name="IsOfController">Whether it is said of all actions of the controller.</param>
internal sealed record DeclaredNode(INodeAttribute Attribute, bool IsOfController)
{
    /// <summary>What is said of an action, else of its controller; null for nothing, or that it is not cached.</summary>
    public static DeclaredNode? Of(ControllerActionDescriptor action)
    {
        var own = action.MethodInfo.GetCustomAttributes(inherit: true);
        return Says(own) ? Read(action, own, isOfController: false) : Read(action, action.ControllerTypeInfo.GetCustomAttributes(inherit: true), isOfController: true);
    }

    /// <summary>Whether one of an endpoint's attributes says something of it.</summary>
    public static bool Says(IEnumerable<object> metadata) => metadata.Any(static item => item is INodeAttribute or DisableCachingAttribute);

    private static DeclaredNode? Read(ControllerActionDescriptor action, object[] attributes, bool isOfController)
    {
        if (attributes.Count(static item => item is INodeAttribute or DisableCachingAttribute) > 1)
        {
            throw new CachemeSetupException($"The endpoint '{action.DisplayName}' has more than one of [CacheWith] and [DisableCaching] in one place. Keep one.");
        }

        return attributes.OfType<INodeAttribute>().FirstOrDefault() is { } attribute ? new(attribute, isOfController) : null;
    }
}
