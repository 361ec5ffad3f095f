using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Makes tensors of any numeric element type from wide values.</summary>
public static class NumericTensors
{
    /// <summary>Rounds to the element type; integers are truncated.</summary>
    public static Tensor FromDouble(Node node, DType type, double[] values, ReadOnlySpan<long> dims) =>
        DTypes.IsFloat(type) ? FloatTensors.FromDouble(node, type, values, dims) : FromInt64(node, type, [.. values.Select(v => (long)v)], dims);

    /// <summary>Wraps to the element type, as two's complement arithmetic does.</summary>
    public static Tensor FromInt64(Node node, DType type, long[] values, ReadOnlySpan<long> dims)
    {
        unchecked
        {
            return type switch
            {
                DType.I64 => Tensor.Create<long>(values, dims),
                DType.I32 => Tensor.Create<int>([.. values.Select(v => (int)v)], dims),
                DType.I16 => Tensor.Create<short>([.. values.Select(v => (short)v)], dims),
                DType.I8 => Tensor.Create<sbyte>([.. values.Select(v => (sbyte)v)], dims),
                DType.U8 => Tensor.Create<byte>([.. values.Select(v => (byte)v)], dims),
                DType.U16 => Tensor.Create<ushort>([.. values.Select(v => (ushort)v)], dims),
                DType.U32 => Tensor.Create<uint>([.. values.Select(v => (uint)v)], dims),
                DType.U64 => Tensor.Create<ulong>([.. values.Select(v => (ulong)v)], dims),
                DType.Bool => Tensor.Create<bool>([.. values.Select(v => v != 0)], dims),
                _ => throw NodeErrors.Type(node, $"does not work on {type}."),
            };
        }
    }
}
