using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Results;

/// <summary>Puts values into <c>Ok</c> of one type: the framework writes them by it, so that polymorphic ones have or lack their <c>$type</c>. Immutable.</summary>
internal sealed class OkOf<TValue>
{
    private static readonly MethodInfo Generic =
        typeof(OkOf<TValue>).GetMethod(nameof(WrapAs), BindingFlags.NonPublic | BindingFlags.Static)!; // it is below

    private readonly Func<TValue, IResult> _wrap;

    private OkOf(Type declared)
    {
        Declared = declared;
        Form = declared.ToString();
        _wrap = Generic.MakeGenericMethod(declared).CreateDelegate<Func<TValue, IResult>>();
    }

    /// <summary>The node's own type.</summary>
    public static OkOf<TValue> Node { get; } = new(typeof(TValue));

    /// <summary>The type.</summary>
    public Type Declared { get; }

    /// <summary>The form of the bodies that are written so.</summary>
    public string Form { get; }

    public static OkOf<TValue> Of(Type declared) => declared == typeof(TValue) ? Node : new OkOf<TValue>(declared);

    public IResult Wrap(TValue value) => _wrap(value);

    // What others have stored may be no value of this handler.
    private static IResult WrapAs<TDeclared>(TValue value) => value is TDeclared declared ? TypedResults.Ok(declared) : TypedResults.Ok(value);
}
