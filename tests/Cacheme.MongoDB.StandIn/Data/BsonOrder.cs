using System.Text;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>The order of MongoDB's indexes: by kind, then by value; texts byte by byte, documents element by element.</summary>
internal sealed class BsonOrder : IComparer<BsonValue>
{
    public static BsonOrder Comparer { get; } = new();

    public int Compare(BsonValue? x, BsonValue? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (BsonString first, BsonString second) => CompareBytes(first.Value, second.Value),
        (BsonDocument first, BsonDocument second) => Compare(first, second),
        _ => x.CompareTo(y),
    };

    // Not by their chars, which put what is outside of the first plane before the end of it.
    private static int CompareBytes(string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));

    private int Compare(BsonDocument x, BsonDocument y)
    {
        for (var i = 0; i < Math.Min(x.ElementCount, y.ElementCount); i++)
        {
            var (first, second) = (x.GetElement(i), y.GetElement(i));
            var order = first.Value.CompareTypeTo(second.Value);
            order = order != 0 ? order : CompareBytes(first.Name, second.Name);
            order = order != 0 ? order : Compare(first.Value, second.Value);
            if (order != 0)
            {
                return order;
            }
        }

        return x.ElementCount.CompareTo(y.ElementCount);
    }
}
