namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>One that compares names as loosely as a table may: one byte for a character, no case, no spaces at the end, 250 characters.</summary>
internal sealed class LooseDistributedCache : FakeDistributedCache
{
    private const int Longest = 250;

    protected override string Fold(string name) => name.Length <= Longest
        ? string.Concat(name.TakeWhile(c => c != '\0').Select(c => c > '~' ? '?' : char.ToUpperInvariant(c))).TrimEnd(' ')
        : throw new ArgumentException("The name does not fit the column.");
}
