namespace Cacheme;

/// <summary>A memoized function of one argument.</summary>
/// <typeparam name="T1">The type of argument 1.</typeparam>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="argument1">Argument 1.</param>
/// <param name="cancellationToken">Ends this caller's wait.</param>
public delegate ValueTask<TValue> Memoized<in T1, TValue>(T1 argument1, CancellationToken cancellationToken = default);
