using System.Diagnostics;

namespace Cacheme.WebApi.Tests;

/// <summary>The sample as a program of its own, started from a folder that is not its own.</summary>
public sealed class SampleProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_StartedFromAnotherFolder_FindsItsDataAndAnswers()
    {
        using var folder = new SampleFolder();
        using var process = Start(folder);
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process.StandardOutput) };

            Assert.Contains("/cities/search?prefix=Stock", await client.GetStringAsync("/", Token), StringComparison.Ordinal);
            Assert.Contains("Stockholm", await client.GetStringAsync("/cities/2673730", Token), StringComparison.Ordinal);
            Assert.Contains("Ada Example", await client.GetStringAsync("/users/1", Token), StringComparison.Ordinal);
            Assert.Contains("\"UserInfoNode\":{\"requestCount\":1,", await client.GetStringAsync("/stats", Token), StringComparison.Ordinal);
            Assert.Contains("Ten made-up people", await client.GetStringAsync("/openapi/v1.json", Token), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Token);
        }
    }

    [Fact]
    public async Task Program_SecondTierNamedInTheEnvironment_UsesIt()
    {
        using var folder = new SampleFolder();
        var file = Path.Combine(folder.Path, "other.db");
        using var process = Start(folder, ("Cacheme__Storages__shared", $"sqlite://{new Uri(file).AbsolutePath}"));
        try
        {
            await AddressAsync(process.StandardOutput);

            Assert.True(File.Exists(file));
            Assert.False(File.Exists(Path.Combine(folder.Path, "cacheme.db")));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Token);
        }
    }

    private static Process Start(SampleFolder folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        Array.ForEach(environment, variable => start.Environment[variable.Name] = variable.Value);
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "WebApi.dll"), "--urls", "http://127.0.0.1:0", "--DataFolder", folder.Path];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start) ?? throw new InvalidOperationException("The sample did not start.");
    }

    private static async Task<Uri> AddressAsync(StreamReader output)
    {
        const string Says = "Now listening on: ";
        while (await output.ReadLineAsync(Token) is { } line)
        {
            if (line.IndexOf(Says, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new Uri(line[(at + Says.Length)..]);
            }
        }

        throw new InvalidOperationException("The sample ended before it listened.");
    }
}
