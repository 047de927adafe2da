namespace Cacheme.DropIn.Tests.Catalog;

/// <summary>A made-up product. Callers can change its labels.</summary>
public sealed record Product(int Id, string Name, string Department, List<string> Labels);
