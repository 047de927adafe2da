using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace WebApi.Cities;

/// <summary>The cities' table: the source behind the cache.</summary>
public sealed class CityStore(CityDatabase database)
{
    private const string Columns = "id, name, country, admin, population, latitude, longitude";
    private const int MostFound = 20;

    public async Task<City?> FindAsync(int id, CancellationToken cancellationToken) =>
        (await FindAsync([id], cancellationToken)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<int, City>> FindAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"SELECT {Columns} FROM city WHERE id IN (SELECT value FROM json_each($ids))",
            [new("$ids", JsonSerializer.Serialize(ids))],
            cancellationToken).ToDictionaryAsync(city => city.Id, cancellationToken: cancellationToken);

    public async Task<IReadOnlyList<City>> SearchAsync(string prefix, string? country, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"SELECT {Columns} FROM city WHERE name LIKE $prefix ESCAPE '\\' AND ($country IS NULL OR country = $country) ORDER BY population DESC, id LIMIT {MostFound}",
            [new("$prefix", Escape(prefix) + "%"), new("$country", (object?)country ?? DBNull.Value)],
            cancellationToken).ToListAsync(cancellationToken);

    public async Task<CountrySummary> SumAsync(string country, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), coalesce(sum(population), 0) FROM city WHERE country = $country";
        command.Parameters.Add(new SqliteParameter("$country", country));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new CountrySummary(country, reader.GetInt32(0), reader.GetInt64(1));
    }

    public async Task<IReadOnlyList<City>> LargestAsync(CancellationToken cancellationToken) =>
        await QueryAsync($"SELECT {Columns} FROM city ORDER BY population DESC, id LIMIT {MostFound}", [], cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Writes a city's population; false when there is no such city.</summary>
    public async Task<bool> UpdatePopulationAsync(int id, long population, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE city SET population = $population WHERE id = $id";
        command.Parameters.AddRange([new SqliteParameter("$population", population), new SqliteParameter("$id", id)]);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async IAsyncEnumerable<City> QueryAsync(
        string sql, SqliteParameter[] parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new City(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetDouble(5), reader.GetDouble(6));
        }
    }

    private static string Escape(string prefix) => prefix.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");
}
