using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The outputs of <see cref="Avx2DepthwisePairs"/> for any number of taps. Columns behind the last one may be computed; their memory holds anything.</summary>
internal static unsafe class Avx2DepthwisePairAny
{
    private const int VectorBytes = Avx2DepthwisePairLines.VectorBytes;

    /// <summary>Computes some columns of a line of outputs for eight channels.</summary>
    /// <param name="rows">The pairs of lines of the input.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="part">The part of the block.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="pairs">The pairs that the line needs.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="y">Receives the outputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Line(byte** rows, Avx2DepthwisePairOperands* operands, int part, byte* weights, int pairs, int columns, byte* y)
    {
        int* init = operands->Init + (part * Avx2DepthwisePairOperands.PartChannels);
        float* scales = operands->Scales + (part * Avx2DepthwisePairOperands.PartChannels);
        Vector256<float> high = Vector256.Create(operands->Output.High);
        Vector256<short> zero = Vector256.Create((short)operands->Output.Zero);
        Vector256<byte> least = Vector256.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
        nint stride = operands->Output.Stride;
        nint step = operands->Step;
        nint tapStep = operands->TapStep;
        nint offset = part * Avx2DepthwisePairLines.Plane;
        int taps = operands->Taps;
        for (; columns > 2; columns -= 4, offset += 4 * step)
        {
            Vector256<int> sum0 = Vector256.Load(init);
            Vector256<int> sum1 = sum0;
            Vector256<int> sum2 = sum0;
            Vector256<int> sum3 = sum0;
            byte* w = weights;
            int pair = 0;
            do
            {
                byte* x = rows[pair] + offset;
                int tap = taps;
                do
                {
                    Vector256<short> weight = Avx2DepthwisePairSums.Load(w);
                    byte* x2 = x + (2 * step);
                    sum0 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x));
                    sum1 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x + step));
                    sum2 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x2));
                    sum3 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x2 + step));
                    w += VectorBytes;
                    x += tapStep;
                }
                while (--tap != 0);
            }
            while (++pair != pairs);

            Vector256<byte> bytes = Avx2DepthwisePairOutput.Bytes(sum0, sum1, sum2, sum3, scales, high, zero, least);
            Avx2DepthwisePairOutput.Store(bytes.GetLower(), y, stride);
            y += 2 * stride;
            Avx2DepthwisePairOutput.StoreUpTo2(bytes.GetUpper(), columns - 2, y, stride);
            y += 2 * stride;
        }

        if (columns > 0)
        {
            Vector256<int> sum0 = Vector256.Load(init);
            Vector256<int> sum1 = sum0;
            byte* w = weights;
            int pair = 0;
            do
            {
                byte* x = rows[pair] + offset;
                int tap = taps;
                do
                {
                    Vector256<short> weight = Avx2DepthwisePairSums.Load(w);
                    sum0 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x));
                    sum1 += Avx2.MultiplyAddAdjacent(weight, Avx2DepthwisePairSums.Load(x + step));
                    w += VectorBytes;
                    x += tapStep;
                }
                while (--tap != 0);
            }
            while (++pair != pairs);

            Avx2DepthwisePairOutput.StoreUpTo2(Avx2DepthwisePairOutput.Bytes(sum0, sum1, sum0, sum1, scales, high, zero, least).GetLower(), columns, y, stride);
        }
    }
}
