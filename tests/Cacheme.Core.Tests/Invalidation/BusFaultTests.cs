using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Tests.Invalidation;

/// <summary>Faults of the application around the bus, and an end in the middle.</summary>
public sealed class BusFaultTests : TwoHostsTest
{
    [Fact]
    public async Task Read_TheApplicationsLogThrows_TheReadingGoesOn()
    {
        var faulty = new FaultyLog();
        await using var host = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(),
            services => services.AddSingleton(Source).AddSingleton<ILoggerProvider>(faulty),
            Here);
        await host.StartAsync();
        await GetAsync(host, 1);
        await Here.Cacheme.InvalidateAsync(new ItemNode(2), Ct);
        await HeardAsync(Here, There, host);
        faulty.Throws = true;
        Log.FallBack(1); // What it has read is gone, which it logs.
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(faulty.Thrown > 0 && Bus(Here).Position == Log.Last);
        });
        faulty.Throws = false;
        await GetAsync(host, 1);

        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync(Here, There, host);

        Assert.Equal("1#2", await GetAsync(host, 1));
    }

    [Fact]
    public async Task Dispose_WhileAnInvalidationIsBeingTold_ItsCallerIsToldToo()
    {
        var host = Host(Here);
        await host.StartAsync();
        await HeardAsync(Here, There, host);
        var append = new Gate();
        Log.Pass = operation => operation == "append" ? append.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var invalidation = host.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask();
        await append.Reached;

        var stopping = host.DisposeAsync().AsTask();
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(stopping.IsCompleted && invalidation.IsCompleted);
        });
        append.Open();
        Log.Pass = null;

        await Assert.ThrowsAsync<InvalidationException>(() => invalidation);
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ItemNode>();

    private sealed class FaultyLog : ILoggerProvider, ILogger
    {
        private int _thrown;

        public bool Throws { get; set; }

        public int Thrown => Volatile.Read(ref _thrown);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Throws)
            {
                Interlocked.Increment(ref _thrown);
                throw new IOException("The disk is full.");
            }
        }

        public void Dispose()
        {
        }
    }
}
