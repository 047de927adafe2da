namespace Cacheme.DependencyInjection;

/// <summary>A policy without a node that is to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Configure">Says it.</param>
/// <param name="Replaced">Finds the services of that name that somebody has registered afterwards, which the application would get instead.</param>
internal sealed record PolicyRegistration(string Name, Action<NodePolicyBuilder> Configure, Func<IEnumerable<string>> Replaced);
