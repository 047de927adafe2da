namespace Cacheme.MySql.Tests;

/// <summary>What the server is asked, by its own account.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlStatementTests(MariaDbFixture fixture) : MySqlHarness(fixture)
{
    [Fact]
    public async Task Operations_OfOneKeyAndOfMany_AreOneStatementEachAndPreparedOnce()
    {
        Func<Task>[] operations =
        [
            () => GetAsync("a").AsTask(),
            () => SetAsync("a", [1]).AsTask(),
            () => Storage.GetAsync([.. Enumerable.Range(0, 1_000).Select(i => Key($"{i}"))], Token).AsTask(),
            () => Storage.SetAsync(Writes("b", 20), Token).AsTask(),
            () => Storage.RemoveAsync([Key("b1"), Key("b2"), Key("b3")], Token).AsTask(),
        ];
        foreach (var operation in operations)
        {
            await operation();
        }

        var idle = await CountAsync(() => Task.CompletedTask);
        foreach (var operation in operations)
        {
            var counts = await CountAsync(operation);

            Assert.Equal((idle.Questions + 1, 1, 0), counts);
        }
    }

    [Fact]
    public async Task Batches_OfEverySize_PrepareFewStatements()
    {
        await Storage.ConnectAsync(Token);
        var before = await Fixture.StatusAsync("Com_stmt_prepare");

        for (var size = 1; size <= 64; size++)
        {
            await Storage.SetAsync(Writes("a", size), Token);
            Assert.All(await Storage.GetAsync([.. Writes("a", size).Select(write => write.Key)], Token), value => Assert.Equal([1], Bytes(value)));
        }

        Assert.Equal(14, await Fixture.StatusAsync("Com_stmt_prepare") - before);
    }

    [Fact]
    public async Task SetMany_FilledUpToTheNextSize_KeepsTheFirstRowsValueAndLife()
    {
        await SetAsync("0", [9], TimeSpan.FromMinutes(1));

        await Storage.SetAsync([.. Enumerable.Range(0, 33).Select(i => Write($"{i}", [(byte)i], TimeSpan.FromHours(1)))], Token);

        await ElapseAsync(TimeSpan.FromMinutes(59));
        var values = await Storage.GetAsync([.. Enumerable.Range(0, 33).Select(i => Key($"{i}"))], Token);
        Assert.Equal(Enumerable.Range(0, 33), values.Select(value => (int)Bytes(value)[0]));
    }

    /// <summary>What the server counts, the questions of those who count with it.</summary>
    private async Task<(long Questions, long Executed, long Prepared)> CountAsync(Func<Task> operation)
    {
        var (questions, executed, prepared) = (await Fixture.StatusAsync("Questions"), await Fixture.StatusAsync("Com_stmt_execute"), await Fixture.StatusAsync("Com_stmt_prepare"));
        await operation();
        return (
            await Fixture.StatusAsync("Questions") - questions,
            await Fixture.StatusAsync("Com_stmt_execute") - executed,
            await Fixture.StatusAsync("Com_stmt_prepare") - prepared);
    }
}
