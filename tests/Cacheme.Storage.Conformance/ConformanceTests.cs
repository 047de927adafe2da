using System.Reflection;
using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Testing;

namespace Cacheme.Storage.Conformance;

/// <summary>No storage leaves out a part of what every storage must do.</summary>
public sealed class ConformanceTests
{
    private static readonly Type[] Own = typeof(ConformanceTests).Assembly.GetTypes();

    private static readonly Type[] Suites = [.. Own.Where(type => type.IsSubclassOf(typeof(StorageSuite)) && type.IsAbstract)];

    /// <summary>For each storage the class that holds its suites.</summary>
    public static TheoryData<string> Storages => [.. Own.Where(type => type.IsNested && IsSuite(type)).Select(type => type.DeclaringType!.FullName!).Distinct()]; // Not null: it is nested, and no type parameter.

    [Theory]
    [MemberData(nameof(Storages))]
    public void Storage_InheritsEachSuiteOnce(string storage)
    {
        var inherited = Own.Where(type => type.DeclaringType?.FullName == storage).Select(type => type.BaseType);

        Assert.Equal(Suites.Select(suite => suite.Name).Order(), inherited.Select(suite => suite?.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Storage_AddsNoTestOfItsOwn(string storage)
    {
        var added = Own.Where(type => type.DeclaringType?.FullName == storage)
            .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public));

        Assert.Empty(added);
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Storage_TriesOneBackendInAllSuites(string storage) => Assert.Single(BackendsOf(storage).Distinct());

    [Fact]
    public async Task Package_WithAStorage_IsAmongThem()
    {
        var packages = Directory.GetFiles(AppContext.BaseDirectory, "Cacheme.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => name!.Split('.').Length == 2) // Not null: it came from a path. The rest are tests and tools.
            .Select(name => Assembly.Load(name!))
            .Where(assembly => assembly != typeof(FakeStorage).Assembly)
            .Where(assembly => assembly.GetTypes().Any(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IStorage))))
            .Select(assembly => assembly.GetName().Name);
        var tried = new List<string>();
        foreach (var backend in Tried)
        {
            await using var made = (StorageBackend)Activator.CreateInstance(backend)!; // Not null: it is a class.
            tried.Add(made.Package);
        }

        Assert.Empty(packages.Except(tried));
    }

    // One that derives from a backend that is tried only adds a fault to it; a class of tests of its own lets that happen.
    [Fact]
    public void Backend_OfEachKind_IsTriedByAllSuitesOrAddsAFaultToOneThatIs()
    {
        var backends = typeof(StorageBackend).Assembly.GetTypes().Concat(Own)
            .Where(type => type.IsSubclassOf(typeof(StorageBackend)) && !type.IsAbstract);
        var used = Own.Where(type => !type.IsNested && !type.IsAbstract)
            .SelectMany(type => type.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .SelectMany(parameter => parameter.ParameterType.GetGenericArguments());

        var left = backends.Except(Tried).Except(used.Where(type => Tried.Contains(type.BaseType)));

        Assert.Empty(left);
    }

    private static Type[] Tried => [.. Storages.SelectMany(storage => BackendsOf(storage.Data)).Distinct()];

    private static bool IsSuite(Type type) => type.IsSubclassOf(typeof(StorageSuite)) && !type.IsAbstract;

    private static IEnumerable<Type> BackendsOf(string storage) =>
        from type in Own
        where type.DeclaringType?.FullName == storage
        let fixture = type.GetConstructors().Single().GetParameters().Single().ParameterType
        select fixture.GetGenericArguments().Single();
}
