using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>The operators that the compiler knows: one file and one line each.</summary>
public static class Operators
{
    /// <summary>Every operator, grouped by kind.</summary>
    public static IReadOnlyList<Op> All { get; } =
    [
        // Elementwise.
        // Shape and data movement.
        // Reductions.
        // Convolution, pooling, linear algebra.
        // Normalisation and softmax.
        // Quantisation.
        // Fused forms that only the compiler makes.
    ];

    private static readonly Dictionary<(string Domain, string OpType), Op> s_byName = All.ToDictionary(o => (o.Domain, o.OpType));

    /// <summary>Finds definitions in <see cref="All"/>.</summary>
    public static IOperatorSet Set { get; } = new ListOperatorSet();

    private sealed class ListOperatorSet : IOperatorSet
    {
        public Op? Find(string domain, string opType) => s_byName.GetValueOrDefault((domain == "ai.onnx" ? "" : domain, opType));
    }
}
