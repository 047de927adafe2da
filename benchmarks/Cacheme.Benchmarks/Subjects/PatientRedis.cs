using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>Redis with a timeout that a burst of 100,000 callers on two cores does not reach.</summary>
/// <remarks>
/// With the default of one second, what waits in this process's own queues counts as Redis being slow: operations are given
/// up, their values are loaded again, and the count of loads says how busy the machine was.
/// </remarks>
internal static class PatientRedis
{
    public static CachemeBuilder AddPatientRedis(this CachemeBuilder cacheme, string endPoint) => cacheme
        .AddRedis("redis", endPoint)
        .ConfigureStorage("redis", options => options.Timeout = TimeSpan.FromSeconds(30));
}
