using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Quantized;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops;

/// <summary>The operators that the compiler knows: one line each.</summary>
public static class Operators
{
    /// <summary>Every operator, grouped by kind.</summary>
    public static IReadOnlyList<Op> All { get; } =
    [
        // Elementwise.
        .. ElementwiseOperators.Binary,
        .. ElementwiseOperators.Unary,
        new Clip(),

        // Shape and data movement.
        new Reshape(),
        new Flatten(),
        new Squeeze(),
        new Unsqueeze(),
        new Identity("Identity"),
        new Identity("Dropout"),
        new Transpose(),
        new Concat(),

        // Reductions.

        // Convolution, pooling, linear algebra.
        new Conv(),
        new Gemm(),
        new MatMul(),
        new MaxPool(),
        new AveragePool(),
        new GlobalPoolOp("GlobalAveragePool", isMax: false),
        new GlobalPoolOp("GlobalMaxPool", isMax: true),

        // Normalisation and softmax.
        new BatchNormalization(),
        new SoftmaxOp("Softmax", isLog: false),
        new SoftmaxOp("LogSoftmax", isLog: true),

        // Quantisation.
        new QuantizeLinear(),
        new DequantizeLinear(),

        // Fused forms that only the compiler makes.
        new NhwcConv(),
        new FusedGemm(),
        new QuantizedGemm(),
        new NhwcPool(new MaxPool()),
        new NhwcPool(new AveragePool()),
        new NhwcGlobalPool(new GlobalPoolOp("GlobalAveragePool", isMax: false), "AveragePool.GlobalF32"),
        new NhwcGlobalPool(new GlobalPoolOp("GlobalMaxPool", isMax: true), "MaxPool.Global"),
    ];

    private static readonly Dictionary<(string Domain, string OpType), Op> s_byName = All.ToDictionary(o => (o.Domain, o.OpType));

    /// <summary>Finds definitions in <see cref="All"/>.</summary>
    public static IOperatorSet Set { get; } = new ListOperatorSet();

    private sealed class ListOperatorSet : IOperatorSet
    {
        public Op? Find(string domain, string opType) => s_byName.GetValueOrDefault((domain == "ai.onnx" ? "" : domain, opType));
    }
}
