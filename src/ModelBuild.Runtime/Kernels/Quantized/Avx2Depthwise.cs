using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>8 channels on 256 bits.</summary>
/// <remarks>
/// Each 32-bit lane holds an input byte in its low half and zero in its high half, so that the 16-bit multiply-add gives the exact product of the low halves in one instruction.
/// </remarks>
internal readonly unsafe struct Avx2Depthwise : IDepthwiseKernel
{
    /// <inheritdoc/>
    public static int Lanes => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(DepthwiseTaps* taps, byte* x, sbyte* w, int* init, int* tile)
    {
        Vector256<int> sum0 = Vector256.Load(init);
        int rows = taps->CountH;
        do
        {
            byte* rowX = x;
            sbyte* rowW = w;
            int count = taps->CountW;
            do
            {
                Vector256<short> weight = Avx2.ConvertToVector256Int32(rowW).AsInt16();
                sum0 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int32(rowX).AsInt16(), weight);
                rowX += taps->StepW;
                rowW += taps->WeightStepW;
            }
            while (--count != 0);

            x += taps->StepH;
            w += taps->WeightStepH;
        }
        while (--rows != 0);

        sum0.Store(tile);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int* tile)
    {
        Vector256<int> sum0 = Vector256.Load(init);
        Vector256<int> sum1 = Vector256.Load(init);
        Vector256<int> sum2 = Vector256.Load(init);
        Vector256<int> sum3 = Vector256.Load(init);
        int rows = taps->CountH;
        do
        {
            byte* rowX = x;
            sbyte* rowW = w;
            int count = taps->CountW;
            do
            {
                Vector256<short> weight = Avx2.ConvertToVector256Int32(rowW).AsInt16();
                sum0 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int32(rowX).AsInt16(), weight);
                sum1 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int32(rowX + step).AsInt16(), weight);
                sum2 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int32(rowX + (2 * step)).AsInt16(), weight);
                sum3 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int32(rowX + (3 * step)).AsInt16(), weight);
                rowX += taps->StepW;
                rowW += taps->WeightStepW;
            }
            while (--count != 0);

            x += taps->StepH;
            w += taps->WeightStepH;
        }
        while (--rows != 0);

        sum0.Store(tile);
        sum1.Store(tile + 16);
        sum2.Store(tile + 32);
        sum3.Store(tile + 48);
    }
}
