namespace Cacheme.Sql.Tests;

public sealed class SqlBatchesTests
{
    [Fact]
    public void OfRows_OneKeyTwice_TakesTheLater() =>
        Assert.Equal([(1, 30), (2, 20)], Cut([Row(1, 10), Row(2, 20), Row(1, 30)], 1_000).Single());

    [Fact]
    public void OfRows_AnyOrder_IsTheOrderOfTheBytes() =>
        Assert.Equal([1, 2, 200], Cut([Row(200, 0), Row(1, 0), Row(2, 0)], 1_000).Single().Select(row => row.Key));

    [Fact]
    public void OfRows_MoreBytesThanAllowed_CutsAndLetsALargeRowStandAlone() =>
        Assert.Equal([2, 1, 1], Cut([Row(1, 40), Row(2, 40), Row(3, 500), Row(4, 40)], 100).Select(batch => batch.Count));

    [Fact]
    public void OfRows_MoreThanAThousand_Cuts()
    {
        var rows = Enumerable.Range(0, 2_500).Select(i => new SqlRow(BitConverter.GetBytes(i), default, null));

        Assert.Equal([1_000, 1_000, 500], SqlBatches.OfRows(rows, int.MaxValue).Select(batch => batch.Count));
    }

    [Fact]
    public void OfKeys_WithDuplicates_AreDifferentAndInOrder() =>
        Assert.Equal([1, 2, 9], SqlBatches.OfKeys([[9], [1], [2], [1]], 1_000).Single().Select(key => key[0]));

    [Fact]
    public void OfKeys_MoreBytesThanAllowed_Cuts() =>
        Assert.Equal([2, 1], SqlBatches.OfKeys([[1, 1, 1], [2, 2, 2], [3, 3, 3]], 8).Select(batch => batch.Length));

    private static SqlRow Row(byte key, int size) => new([key], new byte[size], null);

    private static IEnumerable<List<(int Key, int Size)>> Cut(IEnumerable<SqlRow> rows, int bytes) =>
        SqlBatches.OfRows(rows, bytes).Select(batch => batch.ConvertAll(row => ((int)row.Key[0], row.Value.Length)));
}
