using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Gated recurrent units (ONNX GRU 14); gates in the order update, reset, hidden.</summary>
public static unsafe class Gru
{
    private const int Gates = 3;

    /// <summary>Runs one direction over the projected inputs.</summary>
    /// <param name="gates">The inputs' projections with bias, [steps, batch, directions, 3 * hidden], or batch first; overwritten.</param>
    /// <param name="r">This direction's weights, packed by <see cref="Recurrent.Pack"/> with the last gate separate.</param>
    /// <param name="bias">What the last gate's product adds, [directions, hidden], or empty.</param>
    /// <param name="lengths">The length of every sequence, or empty where all have <paramref name="steps"/>.</param>
    /// <param name="initialH">The first states of all directions, or empty for zeros.</param>
    /// <param name="y">Receives the state after every step, or empty.</param>
    /// <param name="yH">Receives the last states, or empty.</param>
    /// <param name="state">Scratch, [2, batch, hidden].</param>
    /// <param name="steps">The length of the sequences.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="direction">The direction's place.</param>
    /// <param name="directions">1 or 2.</param>
    /// <param name="reverse">Whether it runs from the last step to the first.</param>
    /// <param name="batchFirst">Whether the batch is the leading dimension.</param>
    /// <param name="linearBeforeReset">Whether the reset gate scales the product with the state instead of the state.</param>
    /// <param name="clip">The bound of the activations' arguments; 0 for none.</param>
    /// <param name="f">The activation function of update and reset.</param>
    /// <param name="fAlpha">Its first parameter.</param>
    /// <param name="fBeta">Its second parameter.</param>
    /// <param name="g">The activation function of the hidden gate.</param>
    /// <param name="gAlpha">Its first parameter.</param>
    /// <param name="gBeta">Its second parameter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        Span<float> gates,
        ReadOnlySpan<float> r,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<float> initialH,
        Span<float> y,
        Span<float> yH,
        Span<float> state,
        int steps,
        int batch,
        int hidden,
        int direction,
        int directions,
        bool reverse,
        bool batchFirst,
        bool linearBeforeReset,
        float clip,
        RecurrentActivation f,
        float fAlpha,
        float fBeta,
        RecurrentActivation g,
        float gAlpha,
        float gBeta)
    {
        long states = (long)directions * batch * hidden;
        Throw.IfShorter(gates.Length, Gates * steps * states, nameof(gates));
        Throw.IfShorter(r.Length, Recurrent.PackedLength(hidden, Gates, 1), nameof(r));
        Throw.IfPresentAndShorter(bias.Length, (long)directions * hidden, nameof(bias));
        Throw.IfPresentAndShorter(lengths.Length, batch, nameof(lengths));
        Throw.IfPresentAndShorter(initialH.Length, states, nameof(initialH));
        Throw.IfPresentAndShorter(y.Length, steps * states, nameof(y));
        Throw.IfPresentAndShorter(yH.Length, states, nameof(yH));
        Throw.IfShorter(state.Length, 2L * batch * hidden, nameof(state));
        var layout = new RecurrentLayout(steps, batch, hidden, Gates, direction, directions, batchFirst);
        int outer = 2 * hidden;
        F32GemmTask outerProduct = F32GemmTask.Contiguous(batch, outer, hidden, Activation.None, 0f, 0f);
        outerProduct.YStride = layout.GateRow;
        F32GemmTask innerProduct = F32GemmTask.Contiguous(batch, hidden, hidden, Activation.None, 0f, 0f);
        F32GemmTask resetProduct = innerProduct;
        resetProduct.YStride = layout.GateRow;
        fixed (float* gate = gates, weights = r, biases = bias, initial = initialH, output = y, final = yH, h = state)
        {
            float* inner = h + ((nint)batch * hidden);
            float* innerWeights = weights + GemmPacking.PackedLength(outer, hidden);
            float* innerBias = biases == null ? null : biases + ((nint)direction * hidden);
            layout.Load(initial, h, batch, hidden);
            for (int i = 0; i < steps; i++)
            {
                int step = reverse ? steps - 1 - i : i;
                float* current = gate + layout.Gates + (step * layout.GateStep);
                Gemm.Run(&outerProduct, h, weights, current, null, current, batch, outer);
                if (linearBeforeReset)
                {
                    Gemm.Run(&innerProduct, h, innerWeights, inner, innerBias, null, batch, hidden);
                }

                for (int row = 0; row < batch; row++)
                {
                    float* values = current + (row * layout.GateRow);
                    float* product = inner + (row * (nint)hidden);
                    RecurrentMath.Activate(values, outer, clip, f, fAlpha, fBeta);
                    if (linearBeforeReset)
                    {
                        RecurrentMath.MultiplyAdd(values + hidden, product, values + outer, hidden);
                    }
                    else
                    {
                        RecurrentMath.Multiply(values + hidden, h + (row * (nint)hidden), product, hidden);
                    }
                }

                if (!linearBeforeReset)
                {
                    Gemm.Run(&resetProduct, inner, innerWeights, current + outer, null, current + outer, batch, hidden);
                }

                for (int row = 0; row < batch; row++)
                {
                    float* own = h + (row * (nint)hidden);
                    bool isPast = !lengths.IsEmpty && step >= lengths[row];
                    if (!isPast)
                    {
                        float* values = current + (row * layout.GateRow);
                        RecurrentMath.Activate(values + outer, hidden, clip, g, gAlpha, gBeta);
                        RecurrentMath.Blend(values, values + outer, own, hidden);
                    }

                    layout.Emit(own, output, step, row, hidden, isPast);
                }
            }

            layout.Store(h, final, batch, hidden);
        }
    }
}
