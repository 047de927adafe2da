using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>The document says what the code does.</summary>
public sealed class TelemetryDocumentTests
{
    [Fact]
    public void Instruments_AreThoseOfTheMeter()
    {
        var published = new List<string>();
        using var services = new ServiceCollection().AddCacheme(static cacheme => cacheme.AddLocal("local", 10)).BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == meters)
            {
                published.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
                Assert.False(string.IsNullOrWhiteSpace(instrument.Description));
            }
        };
        listener.Start();
        services.GetRequiredService<ICacheme>();

        Assert.Equal(
            TelemetryDocument.Instruments.Select(static instrument => $"{instrument.Name} {instrument.Kind} {instrument.Unit}").Order(StringComparer.Ordinal),
            published.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LogEvents_AreThoseOfTheCore()
    {
        var log = typeof(ICacheme).Assembly.GetType("Cacheme.Telemetry.Log", throwOnError: true)!; // it throws where there is none
        var events = log.GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static said => (said.EventId, said.Level.ToString()))
            .Order()
            .ToList();

        Assert.Equal(events, TelemetryDocument.LogEvents);
        Assert.Equal(events.Select(static one => one.EventId).Distinct().Count(), events.Count);
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() switch
    {
        var type when type == typeof(Histogram<>) => "histogram",
        var type when type == typeof(ObservableUpDownCounter<>) => "gauge",
        var type when type == typeof(ObservableCounter<>) => "counter",
        var type => type.Name,
    };
}
