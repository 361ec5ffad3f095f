using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>A product with constant weights many of which are zero, lowered to the kernel that leaves them out, where one pays.</summary>
/// <param name="Bias">[n], or null.</param>
/// <param name="Residual">[m, n], or null.</param>
/// <param name="Rows">Rows of the left operand, which is input 0.</param>
/// <param name="Columns">Columns of the weights.</param>
/// <param name="Depth">Rows of the weights.</param>
/// <param name="Function">The activation function.</param>
/// <param name="Alpha">Its first parameter.</param>
/// <param name="Beta">Its second parameter.</param>
internal sealed record SparseProduct(Operand? Bias, Operand? Residual, int Rows, int Columns, int Depth, Activation Function, float Alpha, float Beta)
{
    /// <summary>Appends the product; false, and nothing, where a dense product is as good.</summary>
    /// <param name="w">The weights [k, n].</param>
    /// <param name="typicalRows">The rows to decide by.</param>
    public bool TryLower(ILoweringContext context, ReadOnlySpan<float> w, long typicalRows)
    {
        WeightPattern pattern = WeightPattern.Of(w, Columns, Depth);
        switch (SparseCost.Choose(pattern, typicalRows))
        {
            case ProductForm.Blocks:
                LowerBlocks(context, w, pattern.Blocks);
                return true;
            case ProductForm.TwoOfFour:
                LowerTwoOfFour(context, w);
                return true;
            case ProductForm.Unstructured:
                LowerUnstructured(context, w);
                return true;
            default:
                return false;
        }
    }

    private void LowerBlocks(ILoweringContext context, ReadOnlySpan<float> w, int blocks)
    {
        Tensor values = new(DType.F32, [(long)blocks * SparsePacking.Width]);
        Tensor rows = new(DType.I32, [blocks]);
        Tensor ends = new(DType.I32, [SparsePacking.Panels(Columns)]);
        SparsePacking.Pack(w, values.MutableSpan<float>(), rows.MutableSpan<int>(), ends.MutableSpan<int>(), Columns, Depth);
        context.Call(
            "SparseGemm.F32", (long)Rows * blocks * SparsePacking.Width,
            [("x", context.Input(0)), ("values", context.Weights(values)), ("rows", context.Weights(rows)), ("ends", context.Weights(ends)), .. Others(context)]);
    }

    private void LowerTwoOfFour(ILoweringContext context, ReadOnlySpan<float> w)
    {
        int vectors = TwoOfFourPacking.Vectors(Columns, Depth);
        Tensor values = new(DType.F32, [(long)vectors * TwoOfFourPacking.Width]);
        Tensor places = new(DType.U32, [vectors]);
        TwoOfFourPacking.Pack(w, values.MutableSpan<float>(), places.MutableSpan<uint>(), Columns, Depth);
        context.Call(
            "TwoOfFourGemm.F32", (long)Rows * vectors * TwoOfFourPacking.Width,
            [("x", context.Input(0)), ("values", context.Weights(values)), ("places", context.Weights(places)), .. Others(context)]);
    }

    private void LowerUnstructured(ILoweringContext context, ReadOnlySpan<float> w)
    {
        (int weights, int used) = UnstructuredPacking.Count(w, Columns, Depth);
        Tensor values = new(DType.F32, [weights]);
        Tensor rows = new(DType.U8, [weights]);
        Tensor columns = new(DType.I32, [used]);
        Tensor ends = new(DType.I32, [2 * UnstructuredPacking.Chunks(Depth)]);
        UnstructuredPacking.Pack(w, values.MutableSpan<float>(), rows.MutableSpan<byte>(), columns.MutableSpan<int>(), ends.MutableSpan<int>(), Columns, Depth);
        int scratch = context.SizesVary ? UnstructuredGemm.GreatestScratchLength(Columns) : UnstructuredGemm.ScratchLength(Rows, Columns);
        context.Call(
            "UnstructuredGemm.F32", (long)Rows * weights,
            [("x", context.Input(0)), ("values", context.Weights(values)), ("rows", context.Weights(rows)), ("columns", context.Weights(columns)), ("ends", context.Weights(ends)),
                ("scratch", context.Scratch(DType.F32, scratch)), .. Others(context)]);
    }

    private (string, StepValue)[] Others(ILoweringContext context) =>
    [
        ("bias", Bias), ("residual", Residual), ("y", context.Output()), ("m", Rows), ("n", Columns), ("k", Depth), ("activation", Function), ("alpha", Alpha), ("beta", Beta),
    ];
}
