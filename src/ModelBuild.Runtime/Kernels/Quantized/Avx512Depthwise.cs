using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>16 channels on 512 bits.</summary>
/// <remarks>
/// Each 32-bit lane holds an input byte in its low half and zero in its high half, so that the 16-bit multiply-add gives the exact product of the low halves in one instruction.
/// </remarks>
internal readonly unsafe struct Avx512Depthwise : IDepthwiseKernel
{
    /// <inheritdoc/>
    public static int Lanes => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(DepthwiseTaps* taps, byte* x, sbyte* w, int* init, int* tile)
    {
        Vector512<int> sum0 = Vector512.Load(init);
        int rows = taps->CountH;
        do
        {
            byte* rowX = x;
            sbyte* rowW = w;
            int count = taps->CountW;
            do
            {
                Vector512<short> weight = Avx512F.ConvertToVector512Int32(Vector128.Load(rowW)).AsInt16();
                sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(rowX)).AsInt16(), weight);
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
        Vector512<int> sum0 = Vector512.Load(init);
        Vector512<int> sum1 = Vector512.Load(init);
        Vector512<int> sum2 = Vector512.Load(init);
        Vector512<int> sum3 = Vector512.Load(init);
        int rows = taps->CountH;
        do
        {
            byte* rowX = x;
            sbyte* rowW = w;
            int count = taps->CountW;
            do
            {
                Vector512<short> weight = Avx512F.ConvertToVector512Int32(Vector128.Load(rowW)).AsInt16();
                sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(rowX)).AsInt16(), weight);
                sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(rowX + step)).AsInt16(), weight);
                sum2 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(rowX + (2 * step))).AsInt16(), weight);
                sum3 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(rowX + (3 * step))).AsInt16(), weight);
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
