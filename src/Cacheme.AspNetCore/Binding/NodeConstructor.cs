using System.Reflection;
using System.Runtime.CompilerServices;
using System.Diagnostics.CodeAnalysis;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Finds the constructor that makes a node of a request's values.</summary>
internal static class NodeConstructor
{
    public static ConstructorInfo Of(Type node, Refusal refusal)
    {
        var constructors = node.GetConstructors().Where(constructor => !IsCopy(constructor, node)).ToList();
        if (node.IsAbstract || constructors is not [var constructor])
        {
            throw refusal.Because($"the node has {constructors.Count} public constructors. Give it one, as a positional record has.");
        }

        if (node.IsDefined(typeof(RequiredMemberAttribute)) && !constructor.IsDefined(typeof(SetsRequiredMembersAttribute)))
        {
            throw refusal.Because("the node has required members, which its constructor does not set. Make them parameters of the constructor.");
        }

        return constructor;
    }

    private static bool IsCopy(ConstructorInfo constructor, Type node) =>
        constructor.GetParameters() is [var only] && only.ParameterType == node;
}
