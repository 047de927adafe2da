using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using WebApi;
using WebApi.Cities;
using WebApi.Users;

// Settings and data are beside the program, so that it may be started from any folder.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var folder = new DataFolder(builder.Configuration);

builder.Services.AddSingleton(folder).AddSingleton<CityDatabase>().AddSingleton<CityStore>().AddSingleton<UserStore>();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddOpenApi();
builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("webapi")).WithMetrics(metrics => metrics
    .AddMeter("Cacheme", "Microsoft.AspNetCore.Hosting")
    .AddPrometheusExporter());

builder.Services.AddCacheme(cacheme =>
{
    cacheme.Prefix("webapi").AddLocal("local", size: 10_000);

    // The second tier is a file unless there is a Redis: dotnet run -- --redis localhost:6379
    _ = builder.Configuration["Redis"] is { Length: > 0 } redis
        ? cacheme.AddRedis("shared", redis)
        : cacheme.AddSqlite("shared", $"Data Source={folder.File("cacheme.db")}");

    cacheme.AddNode<UserInfoNode>().AddNode<CityNode>().AddNode<CitySearchNode>();
});

var app = builder.Build();
await app.Services.GetRequiredService<CityDatabase>().CreateAsync(app.Lifetime.ApplicationStopping);

app.MapIndex();
app.MapUsers();
app.MapCities();
app.MapStats();
app.MapOpenApi();
app.MapPrometheusScrapingEndpoint();

await app.RunAsync();
