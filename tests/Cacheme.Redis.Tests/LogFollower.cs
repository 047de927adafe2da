using System.Text;
using Cacheme.Storage;

namespace Cacheme.Redis.Tests;

/// <summary>Reads a log on from the last record that it knows, that one included, as the bus does.</summary>
/// <param name="log">The log.</param>
internal sealed class LogFollower(IInvalidationLog log)
{
    private const int Page = 64;

    /// <summary>What was read, in order.</summary>
    public List<LogRecord> Read { get; } = [];

    /// <summary>The texts of what was read, in order.</summary>
    public IEnumerable<string> Texts => Read.Select(record => Encoding.UTF8.GetString(record.Bytes.Span));

    /// <summary>How often the last record that was known was not there any more.</summary>
    public int Losses { get; private set; }

    /// <summary>Reads until there is no more.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await log.ReadAsync(Read is [.., var known] ? known.Sequence : 0, Page, cancellationToken);
            if (Read is [.., var last] && (page.Count == 0 || page[0].Sequence != last.Sequence || !page[0].Bytes.Span.SequenceEqual(last.Bytes.Span)))
            {
                Losses++;
                Read.Clear();
                continue;
            }

            Read.AddRange(page.Skip(Read.Count == 0 ? 0 : 1));
            if (page.Count < Page)
            {
                return;
            }
        }
    }
}
