using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The outputs of <see cref="Avx2DepthwisePairs"/> of interleaved lines, eight channels of four columns at a time.</summary>
internal static unsafe class Avx2DepthwisePairSums
{
    private const int VectorBytes = Avx2DepthwisePairLines.VectorBytes;

    /// <summary>Computes some columns of a line of outputs for a block of channels.</summary>
    /// <param name="rows">The pairs of lines of the input.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="line">0 for the upper line of two that share their pairs, 1 for the lower one.</param>
    /// <param name="pairs">The pairs that the line needs.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="y">Receives the outputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Line(byte** rows, Avx2DepthwisePairOperands* operands, int line, int pairs, int columns, byte* y)
    {
        byte* weights = operands->Weights + (line * operands->WeightStep / 2);
        if (operands->Taps == 3 && pairs == 2 && operands->TapStep == VectorBytes)
        {
            Line3x3(rows[0], (nint)(rows[1] - rows[0]), operands, weights, columns, y);
            return;
        }

        for (int part = 0; part < operands->Parts; part++, weights += operands->WeightStep)
        {
            Avx2DepthwisePairAny.Line(rows, operands, part, weights, pairs, columns, y + operands->Offsets[part]);
        }
    }

    /// <summary>3 x 3 taps without dilation.</summary>
    /// <param name="upper">The upper pair of lines.</param>
    /// <param name="toLower">Bytes from it to the lower pair.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="weights">The weights of the first part.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="output">Receives the outputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line3x3(byte* upper, nint toLower, Avx2DepthwisePairOperands* operands, byte* weights, int width, byte* output)
    {
        nint stride = operands->Output.Stride;
        nint step = operands->Step;
        Vector256<float> high = Vector256.Create(operands->Output.High);
        Vector256<short> zero = Vector256.Create((short)operands->Output.Zero);
        Vector256<byte> least = Vector256.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
        int part = 0;
        do
        {
            int* init = operands->Init + (part * Avx2DepthwisePairOperands.PartChannels);
            float* scales = operands->Scales + (part * Avx2DepthwisePairOperands.PartChannels);
            byte* y = output + operands->Offsets[part];
            byte* x = upper;
            int columns = width;
            Vector256<short> a0 = Load(weights);
            Vector256<short> a1 = Load(weights + VectorBytes);
            Vector256<short> a2 = Load(weights + (2 * VectorBytes));
            Vector256<short> b0 = Load(weights + (3 * VectorBytes));
            Vector256<short> b1 = Load(weights + (4 * VectorBytes));
            Vector256<short> b2 = Load(weights + (5 * VectorBytes));
            if (step == VectorBytes)
            {
                for (; columns >= 4; columns -= 4)
                {
                    byte* z = x + toLower;
                    Vector256<short> v0 = Load(x);
                    Vector256<short> v1 = Load(x + VectorBytes);
                    Vector256<int> sum0 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, v0);
                    Vector256<short> v2 = Load(x + (2 * VectorBytes));
                    Vector256<int> sum1 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, v1);
                    sum0 += Avx2.MultiplyAddAdjacent(a1, v1);
                    Vector256<short> v3 = Load(x + (3 * VectorBytes));
                    Vector256<int> sum2 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, v2);
                    sum0 += Avx2.MultiplyAddAdjacent(a2, v2);
                    sum1 += Avx2.MultiplyAddAdjacent(a1, v2);
                    Vector256<int> sum3 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, v3);
                    sum1 += Avx2.MultiplyAddAdjacent(a2, v3);
                    sum2 += Avx2.MultiplyAddAdjacent(a1, v3);
                    Vector256<short> v4 = Load(x + (4 * VectorBytes));
                    sum2 += Avx2.MultiplyAddAdjacent(a2, v4);
                    sum3 += Avx2.MultiplyAddAdjacent(a1, v4);
                    sum3 += Avx2.MultiplyAddAdjacent(a2, Load(x + (5 * VectorBytes)));
                    Vector256<short> u0 = Load(z);
                    Vector256<short> u1 = Load(z + VectorBytes);
                    sum0 += Avx2.MultiplyAddAdjacent(b0, u0);
                    Vector256<short> u2 = Load(z + (2 * VectorBytes));
                    sum1 += Avx2.MultiplyAddAdjacent(b0, u1);
                    sum0 += Avx2.MultiplyAddAdjacent(b1, u1);
                    Vector256<short> u3 = Load(z + (3 * VectorBytes));
                    sum2 += Avx2.MultiplyAddAdjacent(b0, u2);
                    sum0 += Avx2.MultiplyAddAdjacent(b2, u2);
                    sum1 += Avx2.MultiplyAddAdjacent(b1, u2);
                    sum3 += Avx2.MultiplyAddAdjacent(b0, u3);
                    sum1 += Avx2.MultiplyAddAdjacent(b2, u3);
                    sum2 += Avx2.MultiplyAddAdjacent(b1, u3);
                    Vector256<short> u4 = Load(z + (4 * VectorBytes));
                    sum2 += Avx2.MultiplyAddAdjacent(b2, u4);
                    sum3 += Avx2.MultiplyAddAdjacent(b1, u4);
                    sum3 += Avx2.MultiplyAddAdjacent(b2, Load(z + (5 * VectorBytes)));
                    Vector256<byte> bytes = Avx2DepthwisePairOutput.Bytes(sum0, sum1, sum2, sum3, scales, high, zero, least);
                    Avx2DepthwisePairOutput.Store(bytes.GetLower(), y, stride);
                    y += 2 * stride;
                    Avx2DepthwisePairOutput.Store(bytes.GetUpper(), y, stride);
                    y += 2 * stride;
                    x += 4 * VectorBytes;
                }
            }
            else
            {
                for (; columns >= 4; columns -= 4)
                {
                    byte* x2 = x + (2 * step);
                    Vector256<int> sum0 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x));
                    Vector256<int> sum1 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x + step));
                    Vector256<int> sum2 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x2));
                    Vector256<int> sum3 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x2 + step));
                    sum0 += Avx2.MultiplyAddAdjacent(a1, Load(x + VectorBytes));
                    sum1 += Avx2.MultiplyAddAdjacent(a1, Load(x + step + VectorBytes));
                    sum2 += Avx2.MultiplyAddAdjacent(a1, Load(x2 + VectorBytes));
                    sum3 += Avx2.MultiplyAddAdjacent(a1, Load(x2 + step + VectorBytes));
                    sum0 += Avx2.MultiplyAddAdjacent(a2, Load(x + (2 * VectorBytes)));
                    sum1 += Avx2.MultiplyAddAdjacent(a2, Load(x + step + (2 * VectorBytes)));
                    sum2 += Avx2.MultiplyAddAdjacent(a2, Load(x2 + (2 * VectorBytes)));
                    sum3 += Avx2.MultiplyAddAdjacent(a2, Load(x2 + step + (2 * VectorBytes)));
                    byte* z = x + toLower;
                    byte* z2 = z + (2 * step);
                    sum0 += Avx2.MultiplyAddAdjacent(b0, Load(z));
                    sum1 += Avx2.MultiplyAddAdjacent(b0, Load(z + step));
                    sum2 += Avx2.MultiplyAddAdjacent(b0, Load(z2));
                    sum3 += Avx2.MultiplyAddAdjacent(b0, Load(z2 + step));
                    sum0 += Avx2.MultiplyAddAdjacent(b1, Load(z + VectorBytes));
                    sum1 += Avx2.MultiplyAddAdjacent(b1, Load(z + step + VectorBytes));
                    sum2 += Avx2.MultiplyAddAdjacent(b1, Load(z2 + VectorBytes));
                    sum3 += Avx2.MultiplyAddAdjacent(b1, Load(z2 + step + VectorBytes));
                    sum0 += Avx2.MultiplyAddAdjacent(b2, Load(z + (2 * VectorBytes)));
                    sum1 += Avx2.MultiplyAddAdjacent(b2, Load(z + step + (2 * VectorBytes)));
                    sum2 += Avx2.MultiplyAddAdjacent(b2, Load(z2 + (2 * VectorBytes)));
                    sum3 += Avx2.MultiplyAddAdjacent(b2, Load(z2 + step + (2 * VectorBytes)));
                    Vector256<byte> bytes = Avx2DepthwisePairOutput.Bytes(sum0, sum1, sum2, sum3, scales, high, zero, least);
                    Avx2DepthwisePairOutput.Store(bytes.GetLower(), y, stride);
                    y += 2 * stride;
                    Avx2DepthwisePairOutput.Store(bytes.GetUpper(), y, stride);
                    y += 2 * stride;
                    x = x2 + (2 * step);
                }
            }

            for (; columns > 1; columns -= 2)
            {
                byte* z = x + toLower;
                Vector256<int> sum0 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x));
                Vector256<int> sum1 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x + step));
                sum0 += Avx2.MultiplyAddAdjacent(a1, Load(x + VectorBytes));
                sum1 += Avx2.MultiplyAddAdjacent(a1, Load(x + step + VectorBytes));
                sum0 += Avx2.MultiplyAddAdjacent(a2, Load(x + (2 * VectorBytes)));
                sum1 += Avx2.MultiplyAddAdjacent(a2, Load(x + step + (2 * VectorBytes)));
                sum0 += Avx2.MultiplyAddAdjacent(b0, Load(z));
                sum1 += Avx2.MultiplyAddAdjacent(b0, Load(z + step));
                sum0 += Avx2.MultiplyAddAdjacent(b1, Load(z + VectorBytes));
                sum1 += Avx2.MultiplyAddAdjacent(b1, Load(z + step + VectorBytes));
                sum0 += Avx2.MultiplyAddAdjacent(b2, Load(z + (2 * VectorBytes)));
                sum1 += Avx2.MultiplyAddAdjacent(b2, Load(z + step + (2 * VectorBytes)));
                Vector128<byte> bytes = Avx2DepthwisePairOutput.Bytes(sum0, sum1, sum0, sum1, scales, high, zero, least).GetLower();
                Avx2DepthwisePairOutput.Store(bytes, y, stride);
                y += 2 * stride;
                x += 2 * step;
            }

            if (columns > 0)
            {
                byte* z = x + toLower;
                Vector256<int> sum0 = Vector256.Load(init) + Avx2.MultiplyAddAdjacent(a0, Load(x));
                Vector256<int> sum1 = Avx2.MultiplyAddAdjacent(b0, Load(z));
                sum0 += Avx2.MultiplyAddAdjacent(a1, Load(x + VectorBytes));
                sum1 += Avx2.MultiplyAddAdjacent(b1, Load(z + VectorBytes));
                sum0 += Avx2.MultiplyAddAdjacent(a2, Load(x + (2 * VectorBytes)));
                sum1 += Avx2.MultiplyAddAdjacent(b2, Load(z + (2 * VectorBytes)));
                Sse.StoreLow((float*)y, Avx2DepthwisePairOutput.Bytes(sum0 + sum1, scales, high, zero, least).AsSingle());
            }

            upper += Avx2DepthwisePairLines.Plane;
            weights += operands->WeightStep;
        }
        while (++part < operands->Parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Load(byte* x) => Vector256.Load((short*)x);
}
