using System.Text.Json;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;

namespace Cacheme.AspNetCore.Tests.Binding;

/// <summary>A text reads as the framework itself reads it: each test asks the framework too.</summary>
public sealed class TextParsersTests
{
    [Theory]
    [InlineData("1", "-1", " 42 ", "1,000", "1.0", "0x10", "99999999999", "one")]
    public Task Find_Int32_ReadsAsTheFramework(params string[] texts) => CompareAsync((int value) => Show(value), texts);

    [Theory]
    [InlineData("1", "1.5", "1,5", "1e3", "-0", "NaN", "Infinity", "1,000.5")]
    public Task Find_Double_ReadsAsTheFramework(params string[] texts) => CompareAsync((double value) => value.ToString("R", null), texts);

    [Theory]
    [InlineData("1", "1.50", "1e3", "1,000.5", "(1)")]
    public Task Find_Decimal_ReadsAsTheFramework(params string[] texts) => CompareAsync((decimal value) => Show(value), texts);

    [Theory]
    [InlineData("true", "False", "TRUE", "1", "yes")]
    public Task Find_Boolean_ReadsAsTheFramework(params string[] texts) => CompareAsync((bool value) => Show(value), texts);

    [Theory]
    [InlineData("dark", "DARK", "Dark", "1", "7", "Dark,Light", "blue")]
    public Task Find_Enum_ReadsAsTheFramework(params string[] texts) => CompareAsync((Shade value) => Show(value), texts);

    [Theory]
    [InlineData("0b3a9a4e-8f37-4d5a-9b1c-5a7c1f1d2e3f", "0b3a9a4e8f374d5a9b1c5a7c1f1d2e3f", "{0b3a9a4e-8f37-4d5a-9b1c-5a7c1f1d2e3f}", "1")]
    public Task Find_Guid_ReadsAsTheFramework(params string[] texts) => CompareAsync((Guid value) => Show(value), texts);

    [Theory]
    [InlineData("2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00", " 01/02/2026 ", "2.1.2026", "soon")]
    public Task Find_DateTime_ReadsAsTheFramework(params string[] texts) => CompareAsync((DateTime value) => Show(value), texts);

    [Theory]
    [InlineData("2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05+02:00", " 01/02/2026 ", "soon")]
    public Task Find_DateTimeOffset_ReadsAsTheFramework(params string[] texts) => CompareAsync((DateTimeOffset value) => Show(value), texts);

    [Theory]
    [InlineData("2026-01-02", " 01/02/2026 ", "2026-01-02T03:04:05", "soon")]
    public Task Find_DateOnly_ReadsAsTheFramework(params string[] texts) => CompareAsync((DateOnly value) => Show(value), texts);

    [Theory]
    [InlineData("03:04", " 03:04:05 ", "3 pm", "25:00")]
    public Task Find_TimeOnly_ReadsAsTheFramework(params string[] texts) => CompareAsync((TimeOnly value) => Show(value), texts);

    [Theory]
    [InlineData("1", "1.02:03:04", "03:04", "a while")]
    public Task Find_TimeSpan_ReadsAsTheFramework(params string[] texts) => CompareAsync((TimeSpan value) => Show(value), texts);

    [Theory]
    [InlineData("ab", "abc")]
    public Task Find_TypeWithTryParseOnly_ReadsAsTheFramework(params string[] texts) => CompareAsync((Pair value) => Show(value), texts);

    [Fact]
    public void Find_TypeThatDoesNotRead_FindsNothing() => Assert.Null(TextParsers.Find(typeof(User)));

    private static string Show<T>(T value) => JsonSerializer.Serialize(value);

    private static async Task CompareAsync<T>(Func<T, string> show, string[] texts)
    {
        Delegate handler = (T value) => show(value); // in a variable, because the framework's analyzer stumbles over a lambda of a type parameter
        await using var app = await TestApp.StartAsync(web => web.MapGet("/", handler));
        var parse = TextParsers.Find(typeof(T))!; // every type here has a parser: that is the test
        foreach (var text in texts)
        {
            using var answer = await app.Client.GetAsync($"/?value={Uri.EscapeDataString(text)}", TestContext.Current.CancellationToken);
            var framework = answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : "unreadable";

            var ours = parse(text, out var value) ? show((T)value!) : "unreadable"; // what was parsed is not null

            Assert.Equal($"{text}: {framework}", $"{text}: {ours}");
        }
    }

    public readonly record struct Pair(char First, char Second)
    {
        public static bool TryParse(string text, out Pair pair)
        {
            pair = text.Length == 2 ? new Pair(text[0], text[1]) : default;
            return text.Length == 2;
        }
    }
}
