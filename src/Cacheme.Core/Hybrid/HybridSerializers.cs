using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cacheme.Serialization;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Hybrid;

/// <summary>Finds the serializer of a type, in the order that HybridCache's users know: the one registered for it, a factory's, the policy's, JSON.</summary>
/// <param name="services">The application's services.</param>
/// <param name="ofPolicy">The policy's; null where it says none.</param>
internal sealed class HybridSerializers(IServiceProvider services, ICacheSerializer? ofPolicy)
{
    private const string JsonName = "json-options";

    // More lenient than a node's: what an application has cached with Microsoft's provider is to be cached here.
    private static readonly ICacheSerializer DefaultJson = CacheSerializers.JsonWith(DefaultOptions(), "json-default");

    /// <summary>The serializer of a type.</summary>
    public ICacheSerializer Of<T>()
    {
        // Microsoft's own, which its AddHybridCache registers, are what comes last anyway.
        if (services.GetService<IHybridCacheSerializer<T>>() is { } registered && !IsMicrosofts(registered))
        {
            return new ServiceSerializer<T>(registered);
        }

        if (TryMake<T>(out var made))
        {
            return new ServiceSerializer<T>(made);
        }

        return PlainSerializer.Takes(typeof(T)) ? PlainSerializer.Instance : ofPolicy ?? Json<T>();
    }

    private bool TryMake<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
    {
        serializer = null;
        foreach (var factory in services.GetServices<IHybridCacheSerializerFactory>().Reverse())
        {
            if (!IsMicrosofts(factory) && factory.TryCreateSerializer(out serializer))
            {
                return true;
            }
        }

        return false;
    }

    private ICacheSerializer Json<T>()
    {
        var options = services.GetKeyedService<JsonSerializerOptions>(typeof(IHybridCacheSerializer<T>))
            ?? services.GetKeyedService<JsonSerializerOptions>(typeof(IHybridCacheSerializer<>));
        return options is null ? DefaultJson : CacheSerializers.JsonWith(options, JsonName);
    }

    // Fields are what tuples have, wherever they stand; a class that has an event's delegate among its fields is cached without it.
    private static JsonSerializerOptions DefaultOptions() => new()
    {
        IncludeFields = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDelegates } },
    };

    private static void LeaveOutDelegates(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].PropertyType.IsAssignableTo(typeof(Delegate)))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private static bool IsMicrosofts(object service) => service.GetType().Assembly == typeof(HybridCacheOptions).Assembly;
}
