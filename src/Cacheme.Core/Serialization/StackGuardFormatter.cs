using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Formatters;

namespace Cacheme.Serialization;

/// <summary>Turns a value that refers to itself into an exception. MessagePack would follow it until the stack, and with it the process, ends.</summary>
internal sealed class StackGuardFormatter<T>(IMessagePackFormatter<T> inner) : IMessagePackFormatter<T>
{
    public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        inner.Serialize(ref writer, value, options);
    }

    public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return inner.Deserialize(ref reader, options);
    }
}
