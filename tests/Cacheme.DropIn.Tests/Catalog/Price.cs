namespace Cacheme.DropIn.Tests.Catalog;

/// <summary>A price, for which the application has a serializer of its own.</summary>
public sealed class Price(long cents)
{
    public long Cents { get; } = cents;
}
