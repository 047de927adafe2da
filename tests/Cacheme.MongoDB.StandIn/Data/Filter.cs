using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>Which documents are meant: all fields must fit.</summary>
internal sealed class Filter(BsonDocument query)
{
    /// <summary>What the <c>_id</c> must be; null where the query does not say.</summary>
    public BsonValue? Id => query.GetValue("_id", null);

    public bool Matches(BsonDocument document) =>
        query.All(field => Matches(document.GetValue(field.Name, BsonNull.Value), field.Value));

    /// <summary>Whether a condition is made of operators.</summary>
    public static bool IsOperators(BsonValue condition) =>
        condition is BsonDocument { ElementCount: > 0 } operators && operators.GetElement(0).Name.StartsWith('$');

    private static bool Matches(BsonValue value, BsonValue condition) => IsOperators(condition)
        ? condition.AsBsonDocument.All(one => Matches(value, one.Name, one.Value))
        : BsonOrder.Comparer.Compare(value, condition) == 0;

    private static bool Matches(BsonValue value, string name, BsonValue operand) => name switch
    {
        "$in" => operand.AsBsonArray.Any(one => Matches(value, one)),
        "$eq" => Matches(value, operand),
        "$ne" => !Matches(value, operand),
        "$exists" => value.IsBsonNull != operand.ToBoolean(),
        "$gt" => IsComparable(value, operand) && BsonOrder.Comparer.Compare(value, operand) > 0,
        "$gte" => IsComparable(value, operand) && BsonOrder.Comparer.Compare(value, operand) >= 0,
        "$lt" => IsComparable(value, operand) && BsonOrder.Comparer.Compare(value, operand) < 0,
        "$lte" => IsComparable(value, operand) && BsonOrder.Comparer.Compare(value, operand) <= 0,
        _ => throw MongoFailure.NotUnderstood($"the operator {name}"),
    };

    /// <summary>A range holds values of its bounds' kind only.</summary>
    private static bool IsComparable(BsonValue value, BsonValue bound) => value.CompareTypeTo(bound) == 0;
}
