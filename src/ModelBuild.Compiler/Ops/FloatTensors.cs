using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Rounds reference results, which are computed in binary64, to the element type of the output.</summary>
public static class FloatTensors
{
    /// <summary>A tensor of binary16, bfloat16, binary32 or binary64.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">Another type (MDB3003).</exception>
    public static Tensor FromDouble(Node node, DType type, double[] values, ReadOnlySpan<long> dims) => type switch
    {
        DType.F32 => Tensor.Create<float>([.. values.Select(v => (float)v)], dims),
        DType.F64 => Tensor.Create<double>(values, dims),
        DType.F16 => Tensor.Create<Half>([.. values.Select(v => (Half)v)], dims),
        _ => throw NodeErrors.Type(node, $"does not work on {type}; binary16, binary32 and binary64 are supported."),
    };
}
