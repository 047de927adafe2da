using System.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>Tells which values of handlers may be given to others.</summary>
internal static class SharedValue
{
    /// <summary>Whether a value is whole. One that is made while it is written needs its own request; a problem is no answer to keep, and a result no value, though a node of objects takes it for one.</summary>
    public static bool MayBe(object? value) => value switch
    {
        null or string or ICollection => true,
        ProblemDetails or IResult or IActionResult => false,
        IEnumerable => Implements(value.GetType(), typeof(ICollection<>)) || Implements(value.GetType(), typeof(IReadOnlyCollection<>)),
        _ => !IsStreamed(value.GetType()),
    };

    /// <summary>Whether values of a type are made while they are written, each of them.</summary>
    public static bool IsStreamed(Type type) => type.IsAssignableTo(typeof(Stream)) || Implements(type, typeof(IAsyncEnumerable<>));

    private static bool Implements(Type type, Type definition) =>
        type.GetInterfaces().Prepend(type).Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == definition);
}
