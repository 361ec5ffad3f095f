using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Constant weights of a product of which blocks of 1 x 16 are zero, where leaving them out pays.</summary>
/// <param name="Values">The blocks.</param>
/// <param name="Rows">The row of each block.</param>
/// <param name="Ends">For each panel the number of blocks up to and with its own.</param>
/// <param name="Blocks">The number of blocks.</param>
internal sealed record SparseWeights(Operand Values, Operand Rows, Operand Ends, int Blocks)
{
    /// <summary>
    /// Part of the blocks up to which a sparse product is the faster one, measured by the benchmark's <c>kernels --filter *SparseGemm*</c> with AVX-512: with 0.7 of them as fast as the dense product
    /// for 196 rows and 1.15 times for one; with 0.3 of them 2.2 times for both.
    /// </summary>
    private const double MostBlocks = 0.7;

    /// <summary>Multiply-accumulates below which the choice makes no difference.</summary>
    private const int LeastWeights = 1024;

    /// <summary>The blocks, or null where a dense product is as good.</summary>
    /// <param name="w">The weights [k, n].</param>
    public static SparseWeights? Of(ILoweringContext context, ReadOnlySpan<float> w, int n, int k)
    {
        int panels = SparsePacking.Panels(n);
        if ((long)n * k < LeastWeights)
        {
            return null;
        }

        int blocks = SparsePacking.Count(w, n, k);
        if (blocks == 0 || blocks > MostBlocks * panels * k)
        {
            return null;
        }

        Tensor values = new(DType.F32, [(long)blocks * SparsePacking.Width]);
        Tensor rows = new(DType.I32, [blocks]);
        Tensor ends = new(DType.I32, [panels]);
        SparsePacking.Pack(w, values.MutableSpan<float>(), rows.MutableSpan<int>(), ends.MutableSpan<int>(), n, k);
        return new SparseWeights(context.Weights(values), context.Weights(rows), context.Weights(ends), blocks);
    }

    /// <summary>Appends the product.</summary>
    /// <param name="bias">[n], or null.</param>
    /// <param name="residual">[m, n], or null.</param>
    public void Call(ILoweringContext context, Operand? bias, Operand? residual, int m, int n, int k, (Activation Function, float Alpha, float Beta) activation) => context.Call(
        "SparseGemm.F32", (long)m * Blocks * SparsePacking.Width,
        ("x", context.Input(0)), ("values", Values), ("rows", Rows), ("ends", Ends), ("bias", bias), ("residual", residual), ("y", context.Output()),
        ("m", m), ("n", n), ("k", k), ("activation", activation.Function), ("alpha", activation.Alpha), ("beta", activation.Beta));
}
