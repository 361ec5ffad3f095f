using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Long short-term memory (ONNX LSTM 14); gates in the order input, output, forget, cell.</summary>
public static unsafe class Lstm
{
    private const int Gates = 4;

    /// <summary>Runs one direction over the projected inputs.</summary>
    /// <param name="gates">The inputs' projections with bias, [steps, batch, directions, 4 * hidden], or batch first; overwritten.</param>
    /// <param name="r">This direction's weights, packed by <see cref="Recurrent.Pack"/>.</param>
    /// <param name="peepholes">The weights from the cell to input, output and forget gate, [directions, 3 * hidden], or empty.</param>
    /// <param name="lengths">The length of every sequence, or empty where all have <paramref name="steps"/>.</param>
    /// <param name="initialH">The first states of all directions, or empty for zeros.</param>
    /// <param name="initialC">The first cells of all directions, or empty for zeros.</param>
    /// <param name="y">Receives the state after every step, or empty.</param>
    /// <param name="yH">Receives the last states, or empty.</param>
    /// <param name="yC">Receives the last cells, or empty.</param>
    /// <param name="state">Scratch, [2, batch, hidden].</param>
    /// <param name="steps">The length of the sequences.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="direction">The direction's place.</param>
    /// <param name="directions">1 or 2.</param>
    /// <param name="reverse">Whether it runs from the last step to the first.</param>
    /// <param name="batchFirst">Whether the batch is the leading dimension.</param>
    /// <param name="inputForget">Whether the forget gate is 1 minus the input gate.</param>
    /// <param name="clip">The bound of the gates' arguments; 0 for none.</param>
    /// <param name="f">The activation function of input, output and forget gate.</param>
    /// <param name="fAlpha">Its first parameter.</param>
    /// <param name="fBeta">Its second parameter.</param>
    /// <param name="g">The activation function of the cell gate.</param>
    /// <param name="gAlpha">Its first parameter.</param>
    /// <param name="gBeta">Its second parameter.</param>
    /// <param name="h">The activation function of the cell on its way to the state.</param>
    /// <param name="hAlpha">Its first parameter.</param>
    /// <param name="hBeta">Its second parameter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        Span<float> gates,
        ReadOnlySpan<float> r,
        ReadOnlySpan<float> peepholes,
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<float> initialH,
        ReadOnlySpan<float> initialC,
        Span<float> y,
        Span<float> yH,
        Span<float> yC,
        Span<float> state,
        int steps,
        int batch,
        int hidden,
        int direction,
        int directions,
        bool reverse,
        bool batchFirst,
        bool inputForget,
        float clip,
        RecurrentActivation f,
        float fAlpha,
        float fBeta,
        RecurrentActivation g,
        float gAlpha,
        float gBeta,
        RecurrentActivation h,
        float hAlpha,
        float hBeta)
    {
        long states = (long)directions * batch * hidden;
        Throw.IfShorter(gates.Length, Gates * steps * states, nameof(gates));
        Throw.IfShorter(r.Length, Recurrent.PackedLength(hidden, Gates, 0), nameof(r));
        Throw.IfPresentAndShorter(peepholes.Length, 3L * directions * hidden, nameof(peepholes));
        Throw.IfPresentAndShorter(lengths.Length, batch, nameof(lengths));
        Throw.IfPresentAndShorter(initialH.Length, states, nameof(initialH));
        Throw.IfPresentAndShorter(initialC.Length, states, nameof(initialC));
        Throw.IfPresentAndShorter(y.Length, steps * states, nameof(y));
        Throw.IfPresentAndShorter(yH.Length, states, nameof(yH));
        Throw.IfPresentAndShorter(yC.Length, states, nameof(yC));
        Throw.IfShorter(state.Length, 2L * batch * hidden, nameof(state));
        var layout = new RecurrentLayout(steps, batch, hidden, Gates, direction, directions, batchFirst);
        var functions = new LstmFunctions(f, fAlpha, fBeta, g, gAlpha, gBeta, h, hAlpha, hBeta);
        bool isPlain = peepholes.IsEmpty && !inputForget && clip <= 0f && functions.ArePlain;
        F32GemmTask product = F32GemmTask.Contiguous(batch, Gates * hidden, hidden, Activation.None, 0f, 0f);
        product.YStride = layout.GateRow;
        fixed (float* gate = gates, weights = r, peephole = peepholes, firstH = initialH, firstC = initialC, output = y, lastH = yH, lastC = yC, hs = state)
        {
            float* cs = hs + ((nint)batch * hidden);
            float* toGates = peephole == null ? null : peephole + (3 * (nint)direction * hidden);
            layout.Load(firstH, hs, batch, hidden);
            layout.Load(firstC, cs, batch, hidden);
            for (int i = 0; i < steps; i++)
            {
                int step = reverse ? steps - 1 - i : i;
                float* current = gate + layout.Gates + (step * layout.GateStep);
                if (i > 0 || firstH != null)
                {
                    Gemm.Run(&product, hs, weights, current, null, current, batch, Gates * hidden);
                }

                for (int row = 0; row < batch; row++)
                {
                    float* ownH = hs + (row * (nint)hidden);
                    float* ownC = cs + (row * (nint)hidden);
                    float* values = current + (row * layout.GateRow);
                    bool isPast = !lengths.IsEmpty && step >= lengths[row];
                    if (isPlain && !isPast)
                    {
                        LstmCell.Plain(values, ownC, ownH, hidden);
                    }
                    else if (!isPast)
                    {
                        LstmCell.General(values, ownC, ownH, toGates, hidden, inputForget, clip, in functions);
                    }

                    layout.Emit(ownH, output, step, row, hidden, isPast);
                }
            }

            layout.Store(hs, lastH, batch, hidden);
            layout.Store(cs, lastC, batch, hidden);
        }
    }
}
