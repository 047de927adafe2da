using System.Reflection;
using NetArchTest.Rules;

namespace Cacheme.Tests;

/// <summary>Keeps the direction of the rooms in src/Cacheme.Core/README.md true.</summary>
public sealed class ArchitectureTests
{
    // Each room, from the top; it may use only rooms below it, and the face in the root.
    private static readonly string[] Rooms =
    [
        "Cacheme.DependencyInjection", "Cacheme.Hybrid", "Cacheme.Distributed", "Cacheme.Pipeline", "Cacheme.Nodes", "Cacheme.Local", "Cacheme.Invalidation",
        "Cacheme.Storage", "Cacheme.Serialization", "Cacheme.Admission", "Cacheme.Concurrency", "Cacheme.Telemetry",
    ];

    private static readonly Assembly Core = Assembly.Load("Cacheme.Core");

    public static TheoryData<string> RoomNames => [.. Rooms];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Room_UsesOnlyRoomsBelow(string room)
    {
        var above = Rooms[..Array.IndexOf(Rooms, room)];

        var result = Types.InAssembly(Core).That().ResideInNamespace(room).ShouldNot().HaveDependencyOnAny(above).GetResult();

        Assert.True(result.IsSuccessful, $"{room} looks upwards in: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Fact]
    public void ServiceCollection_IsKnownToOneRoomOnly()
    {
        var result = Types.InAssembly(Core).That().DoNotResideInNamespace("Cacheme.DependencyInjection")
            .And().DoNotResideInNamespace("Microsoft.Extensions.DependencyInjection")
            .ShouldNot().HaveDependencyOn("Microsoft.Extensions.DependencyInjection.IServiceCollection").GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void EveryType_HasARoom()
    {
        var strangers = Core.GetTypes()
            .Where(type => type.Namespace is { } space && space.StartsWith("Cacheme.", StringComparison.Ordinal) && !Rooms.Contains(space));

        Assert.Empty(strangers);
    }

    [Fact]
    public void Implementation_IsInternalAndSealed()
    {
        var open = Core.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false } && type.Namespace?.StartsWith("Cacheme", StringComparison.Ordinal) == true);

        Assert.Empty(open);
    }
}
