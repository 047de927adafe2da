namespace Cacheme.Distributed;

/// <summary>Waits for asynchronous work on the caller's thread, for faces of which .NET has synchronous members too.</summary>
internal static class Blocking
{
    // Nothing of ours asks for the caller's context. A storage of the application's own may, and would wait for this thread for ever.
    private static bool HasContext => SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    public static T Wait<T>(Func<Task<T>> work) => (HasContext ? Task.Run(work) : work()).GetAwaiter().GetResult();

    public static void Wait(Func<Task> work) => (HasContext ? Task.Run(work) : work()).GetAwaiter().GetResult();
}
