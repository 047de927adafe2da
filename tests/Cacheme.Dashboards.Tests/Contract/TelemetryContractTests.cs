namespace Cacheme.Dashboards.Tests.Contract;

/// <summary>A table that nobody can read any more would let every other test pass.</summary>
public sealed class TelemetryContractTests
{
    [Theory]
    [InlineData("cacheme_cache_requests_total", "cacheme_node cacheme_tier cacheme_result")]
    [InlineData("cacheme_load_duration_seconds_bucket", "cacheme_node cacheme_outcome")]
    [InlineData("cacheme_saved_time_seconds_total", "cacheme_node")]
    [InlineData("cacheme_cache_entries", "cacheme_store")]
    [InlineData("cacheme_payload_size_bytes_count", "cacheme_node")]
    [InlineData("cacheme_store_duration_seconds_sum", "cacheme_store cacheme_operation error_type")]
    public void Metrics_OfTheTable_HaveTheExportersNames(string metric, string labels) =>
        Assert.Equal(labels.Split(' '), TelemetryContract.Metrics[metric].Labels);

    [Fact]
    public void Instruments_Always_HaveOnlyAttributesThatAreExplained() =>
        Assert.Empty(TelemetryContract.Instruments.SelectMany(instrument => instrument.Labels).Except(TelemetryContract.Values.Keys));

    [Fact]
    public void Values_OfAnAttribute_AreThoseOfTheTable() =>
        Assert.Equal(["size", "expired", "invalidated", "replaced"], TelemetryContract.Values["cacheme_reason"]);
}
