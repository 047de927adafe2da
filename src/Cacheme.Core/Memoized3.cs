namespace Cacheme;

/// <summary>A memoized function of three arguments.</summary>
/// <typeparam name="T1">The type of argument 1.</typeparam>
/// <typeparam name="T2">The type of argument 2.</typeparam>
/// <typeparam name="T3">The type of argument 3.</typeparam>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="argument1">Argument 1.</param>
/// <param name="argument2">Argument 2.</param>
/// <param name="argument3">Argument 3.</param>
/// <param name="cancellationToken">Ends this caller's wait.</param>
public delegate ValueTask<TValue> Memoized<in T1, in T2, in T3, TValue>(T1 argument1, T2 argument2, T3 argument3, CancellationToken cancellationToken = default);
