using System.Runtime.CompilerServices;

namespace Cacheme;

/// <summary>Makes cached functions of functions: the arguments become a node, the function its load.</summary>
/// <remarks>What comes back is thread-safe and may be kept.</remarks>
public static class MemoizeExtensions
{
    /// <summary>Memoizes a function of one argument.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    [OverloadResolutionPriority(1)]
    public static Memoized<T1, TValue> Memoize<T1, TValue>(
        this ICacheme cacheme, Func<T1, Node<TValue>> toNode, Func<T1, CancellationToken, ValueTask<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, cancellationToken) => cacheme.GetAsync(toNode(argument1), token => load(argument1, token), cancellationToken);
    }

    /// <summary>Memoizes a function of one argument.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    public static Memoized<T1, TValue> Memoize<T1, TValue>(
        this ICacheme cacheme, Func<T1, Node<TValue>> toNode, Func<T1, CancellationToken, Task<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, cancellationToken) => cacheme.GetAsync(toNode(argument1), token => new ValueTask<TValue>(load(argument1, token)), cancellationToken);
    }

    /// <summary>Memoizes a function of two arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    [OverloadResolutionPriority(1)]
    public static Memoized<T1, T2, TValue> Memoize<T1, T2, TValue>(
        this ICacheme cacheme, Func<T1, T2, Node<TValue>> toNode, Func<T1, T2, CancellationToken, ValueTask<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2), token => load(argument1, argument2, token), cancellationToken);
    }

    /// <summary>Memoizes a function of two arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    public static Memoized<T1, T2, TValue> Memoize<T1, T2, TValue>(
        this ICacheme cacheme, Func<T1, T2, Node<TValue>> toNode, Func<T1, T2, CancellationToken, Task<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2), token => new ValueTask<TValue>(load(argument1, argument2, token)), cancellationToken);
    }

    /// <summary>Memoizes a function of three arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="T3">The type of argument 3.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    [OverloadResolutionPriority(1)]
    public static Memoized<T1, T2, T3, TValue> Memoize<T1, T2, T3, TValue>(
        this ICacheme cacheme, Func<T1, T2, T3, Node<TValue>> toNode, Func<T1, T2, T3, CancellationToken, ValueTask<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, argument3, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2, argument3), token => load(argument1, argument2, argument3, token), cancellationToken);
    }

    /// <summary>Memoizes a function of three arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="T3">The type of argument 3.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    public static Memoized<T1, T2, T3, TValue> Memoize<T1, T2, T3, TValue>(
        this ICacheme cacheme, Func<T1, T2, T3, Node<TValue>> toNode, Func<T1, T2, T3, CancellationToken, Task<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, argument3, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2, argument3), token => new ValueTask<TValue>(load(argument1, argument2, argument3, token)), cancellationToken);
    }

    /// <summary>Memoizes a function of four arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="T3">The type of argument 3.</typeparam>
    /// <typeparam name="T4">The type of argument 4.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    [OverloadResolutionPriority(1)]
    public static Memoized<T1, T2, T3, T4, TValue> Memoize<T1, T2, T3, T4, TValue>(
        this ICacheme cacheme, Func<T1, T2, T3, T4, Node<TValue>> toNode, Func<T1, T2, T3, T4, CancellationToken, ValueTask<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, argument3, argument4, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2, argument3, argument4), token => load(argument1, argument2, argument3, argument4, token), cancellationToken);
    }

    /// <summary>Memoizes a function of four arguments.</summary>
    /// <typeparam name="T1">The type of argument 1.</typeparam>
    /// <typeparam name="T2">The type of argument 2.</typeparam>
    /// <typeparam name="T3">The type of argument 3.</typeparam>
    /// <typeparam name="T4">The type of argument 4.</typeparam>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="cacheme">The cache.</param>
    /// <param name="toNode">Makes the node of the arguments.</param>
    /// <param name="load">The function; its token fires when nobody waits for it any more.</param>
    public static Memoized<T1, T2, T3, T4, TValue> Memoize<T1, T2, T3, T4, TValue>(
        this ICacheme cacheme, Func<T1, T2, T3, T4, Node<TValue>> toNode, Func<T1, T2, T3, T4, CancellationToken, Task<TValue>> load)
    {
        ArgumentNullException.ThrowIfNull(cacheme);
        ArgumentNullException.ThrowIfNull(toNode);
        ArgumentNullException.ThrowIfNull(load);
        return (argument1, argument2, argument3, argument4, cancellationToken) => cacheme.GetAsync(toNode(argument1, argument2, argument3, argument4), token => new ValueTask<TValue>(load(argument1, argument2, argument3, argument4, token)), cancellationToken);
    }
}
