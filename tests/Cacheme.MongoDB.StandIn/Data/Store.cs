using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>All collections, by database and name; one is made when something is first written to it.</summary>
internal sealed class Store
{
    private readonly Dictionary<string, Collection> _collections = new(StringComparer.Ordinal);

    public bool TryFind(string place, [NotNullWhen(true)] out Collection? collection) => _collections.TryGetValue(place, out collection);

    public Collection Make(string place, BsonDocument? options = null)
    {
        if (!_collections.TryGetValue(place, out var collection))
        {
            _collections.Add(place, collection = new Collection(place, options ?? []));
        }

        return collection;
    }

    public void Drop(string place) => _collections.Remove(place);

    public void DropDatabase(string name)
    {
        foreach (var place in _collections.Keys.Where(place => place.StartsWith(name + ".", StringComparison.Ordinal)).ToList())
        {
            Drop(place);
        }
    }

    /// <summary>Deletes what the indexes with a time to live say has expired.</summary>
    public void Sweep(DateTime now)
    {
        foreach (var collection in _collections.Values)
        {
            foreach (var index in collection.Indexes.Where(index => index.Contains("expireAfterSeconds")))
            {
                var field = index["key"].AsBsonDocument.GetElement(0).Name;
                var limit = now.AddSeconds(-index["expireAfterSeconds"].ToDouble());
                collection.Find(new Filter([])).Where(document => document.GetValue(field, null) is BsonDateTime date && date.ToUniversalTime() <= limit)
                    .ToList().ForEach(document => collection.Remove(document["_id"]));
            }
        }
    }
}
