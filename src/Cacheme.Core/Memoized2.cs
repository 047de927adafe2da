namespace Cacheme;

/// <summary>A memoized function of two arguments.</summary>
/// <typeparam name="T1">The type of argument 1.</typeparam>
/// <typeparam name="T2">The type of argument 2.</typeparam>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="argument1">Argument 1.</param>
/// <param name="argument2">Argument 2.</param>
/// <param name="cancellationToken">Ends this caller's wait.</param>
public delegate ValueTask<TValue> Memoized<in T1, in T2, TValue>(T1 argument1, T2 argument2, CancellationToken cancellationToken = default);
