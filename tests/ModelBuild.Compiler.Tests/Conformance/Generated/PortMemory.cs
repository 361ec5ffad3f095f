using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Conformance.Generated;

/// <summary>Moves bytes in and out of typed arrays of a predictor's ports.</summary>
internal static class PortMemory
{
    /// <summary>Adds an array of the port's type with these bytes; gives a function that reads it back.</summary>
    public static Func<byte[]> Add(NamedTensors tensors, PlanPort port, ReadOnlySpan<byte> bytes) => port.Type switch
    {
        PlanElementType.F32 => Add<float>(tensors, port, bytes),
        PlanElementType.F64 => Add<double>(tensors, port, bytes),
        PlanElementType.F16 => Add<Half>(tensors, port, bytes),
        PlanElementType.I8 => Add<sbyte>(tensors, port, bytes),
        PlanElementType.U8 => Add<byte>(tensors, port, bytes),
        PlanElementType.I16 => Add<short>(tensors, port, bytes),
        PlanElementType.U16 => Add<ushort>(tensors, port, bytes),
        PlanElementType.I32 => Add<int>(tensors, port, bytes),
        PlanElementType.U32 => Add<uint>(tensors, port, bytes),
        PlanElementType.I64 => Add<long>(tensors, port, bytes),
        PlanElementType.U64 => Add<ulong>(tensors, port, bytes),
        PlanElementType.Bool => Add<bool>(tensors, port, bytes),
        PlanElementType.String => AddStrings(tensors, port, bytes),
        _ => throw new NotSupportedException($"{port.Type}"),
    };

    // The bytes of a tensor of strings are their numbers in the compiler.
    private static Func<byte[]> AddStrings(NamedTensors tensors, PlanPort port, ReadOnlySpan<byte> bytes)
    {
        string[] values = new string[port.Count];
        ReadOnlySpan<int> ids = MemoryMarshal.Cast<byte, int>(bytes);
        for (int i = 0; i < ids.Length; i++)
        {
            values[i] = StringIds.StringOf(ids[i]);
        }

        tensors.Add(port.Name, values);
        return () => MemoryMarshal.AsBytes<int>(values.Select(StringIds.Of).ToArray()).ToArray();
    }

    private static Func<byte[]> Add<T>(NamedTensors tensors, PlanPort port, ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        T[] values = new T[port.Count];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        tensors.Add(port.Name, values);
        return () => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
