using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>4 channels on 128 bits, portable.</summary>
internal readonly unsafe struct Vector128Depthwise : IDepthwiseKernel
{
    /// <inheritdoc/>
    public static int Lanes => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(DepthwiseTaps* taps, byte* x, sbyte* w, int* init, int* tile)
    {
        Vector128<int> sum = Vector128.Load(init);
        for (int row = 0; row < taps->CountH; row++, x += taps->StepH, w += taps->WeightStepH)
        {
            byte* rowX = x;
            sbyte* rowW = w;
            for (int column = 0; column < taps->CountW; column++, rowX += taps->StepW, rowW += taps->WeightStepW)
            {
                sum += Input(rowX) * Weight(rowW);
            }
        }

        sum.Store(tile);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int* tile)
    {
        Vector128<int> sum0 = Vector128.Load(init);
        Vector128<int> sum1 = sum0;
        Vector128<int> sum2 = sum0;
        Vector128<int> sum3 = sum0;
        for (int row = 0; row < taps->CountH; row++, x += taps->StepH, w += taps->WeightStepH)
        {
            byte* rowX = x;
            sbyte* rowW = w;
            for (int column = 0; column < taps->CountW; column++, rowX += taps->StepW, rowW += taps->WeightStepW)
            {
                Vector128<int> weight = Weight(rowW);
                sum0 += Input(rowX) * weight;
                sum1 += Input(rowX + step) * weight;
                sum2 += Input(rowX + (2 * step)) * weight;
                sum3 += Input(rowX + (3 * step)) * weight;
            }
        }

        sum0.Store(tile);
        sum1.Store(tile + 16);
        sum2.Store(tile + 32);
        sum3.Store(tile + 48);
    }

    private static Vector128<int> Input(byte* x) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)x).AsByte())).AsInt32();

    private static Vector128<int> Weight(sbyte* w) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)w).AsSByte()));
}
