using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Recurrence with one gate (ONNX RNN 14).</summary>
public static unsafe class Rnn
{
    /// <summary>Runs one direction over the projected inputs: h = f(gates + h * r).</summary>
    /// <param name="gates">The inputs' projections with bias, [steps, batch, directions, hidden], or batch first; overwritten.</param>
    /// <param name="r">This direction's weights, packed by <see cref="Recurrent.Pack"/>.</param>
    /// <param name="lengths">The length of every sequence, or empty where all have <paramref name="steps"/>.</param>
    /// <param name="initialH">The first states of all directions, or empty for zeros.</param>
    /// <param name="y">Receives the state after every step, or empty.</param>
    /// <param name="yH">Receives the last states, or empty.</param>
    /// <param name="state">Scratch, [batch, hidden].</param>
    /// <param name="steps">The length of the sequences.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="direction">The direction's place.</param>
    /// <param name="directions">1 or 2.</param>
    /// <param name="reverse">Whether it runs from the last step to the first.</param>
    /// <param name="batchFirst">Whether the batch is the leading dimension.</param>
    /// <param name="clip">The bound of the activation's argument; 0 for none.</param>
    /// <param name="f">The activation function.</param>
    /// <param name="fAlpha">Its first parameter.</param>
    /// <param name="fBeta">Its second parameter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        Span<float> gates,
        ReadOnlySpan<float> r,
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
        float clip,
        RecurrentActivation f,
        float fAlpha,
        float fBeta)
    {
        long states = (long)directions * batch * hidden;
        Throw.IfShorter(gates.Length, steps * states, nameof(gates));
        Throw.IfShorter(r.Length, Recurrent.PackedLength(hidden, 1, 0), nameof(r));
        Throw.IfPresentAndShorter(lengths.Length, batch, nameof(lengths));
        Throw.IfPresentAndShorter(initialH.Length, states, nameof(initialH));
        Throw.IfPresentAndShorter(y.Length, steps * states, nameof(y));
        Throw.IfPresentAndShorter(yH.Length, states, nameof(yH));
        Throw.IfShorter(state.Length, (long)batch * hidden, nameof(state));
        var layout = new RecurrentLayout(steps, batch, hidden, 1, direction, directions, batchFirst);
        F32GemmTask product = F32GemmTask.Contiguous(batch, hidden, hidden, Activation.None, 0f, 0f);
        product.YStride = layout.GateRow;
        fixed (float* gate = gates, weights = r, initial = initialH, output = y, final = yH, h = state)
        {
            layout.Load(initial, h, batch, hidden);
            for (int i = 0; i < steps; i++)
            {
                int step = reverse ? steps - 1 - i : i;
                float* current = gate + layout.Gates + (step * layout.GateStep);
                if (i > 0 || initial != null)
                {
                    Gemm.Run(&product, h, weights, current, null, current, batch, hidden);
                }

                for (int row = 0; row < batch; row++)
                {
                    float* own = h + (row * (nint)hidden);
                    bool isPast = !lengths.IsEmpty && step >= lengths[row];
                    if (!isPast)
                    {
                        float* values = current + (row * layout.GateRow);
                        RecurrentMath.Activate(values, hidden, clip, f, fAlpha, fBeta);
                        new ReadOnlySpan<float>(values, hidden).CopyTo(new Span<float>(own, hidden));
                    }

                    layout.Emit(own, output, step, row, hidden, isPast);
                }
            }

            layout.Store(h, final, batch, hidden);
        }
    }
}
