using System.Globalization;
using System.Net.Http.Json;
using Cacheme.DropIn.Tests.Catalog;
using Microsoft.AspNetCore.Builder;

namespace Cacheme.DropIn.Tests;

/// <summary>Asks an application one thing after the other, and writes down what it answered and how often it asked its database.</summary>
internal sealed class CatalogScript(WebApplication app, CancellationToken cancellationToken) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(app.Urls.Single()) };
    private readonly List<string> _lines = [];
    private int _queries;

    public string Transcript => string.Join('\n', _lines);

    public async Task GetAsync(params string[] paths)
    {
        foreach (var path in paths)
        {
            await WriteAsync($"GET {path}", await _client.GetAsync(path, cancellationToken));
        }
    }

    public async Task RenameAsync(int id, string name) =>
        await WriteAsync($"rename {id}", await _client.PutAsJsonAsync($"/products/{id}/name", name, cancellationToken));

    public async Task PutAsync(Product product) => await WriteAsync($"put {product.Id}", await _client.PostAsJsonAsync("/products", product, cancellationToken));

    public async Task ForgetAsync(string which) => await WriteAsync($"forget {which}", await _client.DeleteAsync("/cache/products" + which, cancellationToken));

    public void Dispose() => _client.Dispose();

    private async Task WriteAsync(string what, HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            var queries = int.Parse(await _client.GetStringAsync("/queries", cancellationToken), CultureInfo.InvariantCulture);
            _lines.Add($"{what}: {(int)response.StatusCode} {body}, {queries - _queries} queries");
            _queries = queries;
        }
    }
}
