using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using WebApi;
using WebApi.Cities;
using WebApi.Notes;
using WebApi.Users;

// Settings and data are beside the program, so that it may be started from any folder.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var folder = new DataFolder(builder.Configuration);

builder.Services.AddSingleton(folder).AddSingleton<CityDatabase>().AddSingleton<CityStore>().AddSingleton<CountrySummaries>().AddSingleton<UserStore>();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddOpenApi();
builder.AddTelemetry();

// The second tier is a file, unless the configuration names another: --Cacheme:Storages:shared redis://localhost:6379
builder.Services.AddCacheme(cacheme => cacheme
    .Prefix("webapi")
    .AddLocal("local", size: 10_000)
    .AddSqlite("shared", $"Data Source={folder.File("cacheme.db")}")
    .AddNode<UserInfoNode>()
    .AddNode<MyProfileNode>()
    .AddNode<CityNode>()
    .AddNode<CitySearchNode>()
    // The same storages for code that asks for .NET's own caches.
    .AddHybridCache(policy => policy.Cache("local", ttl: TimeSpan.FromMinutes(1)).Cache("shared", ttl: TimeSpan.FromHours(1)))
    .AddDistributedCache("shared")
    .AddOutputCacheStore("local", "shared"));
builder.Services.AddControllers();
builder.Services.AddOutputCache();
builder.Services.AddHealthChecks().AddCacheme();
builder.Services.AddAuthentication(BearerTokenDefaults.AuthenticationScheme).AddBearerToken();
builder.Services.AddAuthorization();
builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // tokens hold until the program ends

var app = builder.Build();
await app.Services.GetRequiredService<CityDatabase>().CreateAsync(app.Lifetime.ApplicationStopping);

app.UseAuthentication();
app.UseAuthorization();
app.UseOutputCache();
app.UseCacheme(); // from here on a hit costs nothing of what an endpoint needs
app.MapIndex();
app.MapUsers();
app.MapCities();
app.MapControllers();
app.MapNotes();
app.MapStats();
app.MapHealthChecks("/health");
app.MapOpenApi();
app.MapPrometheusScrapingEndpoint();

await app.RunAsync();
