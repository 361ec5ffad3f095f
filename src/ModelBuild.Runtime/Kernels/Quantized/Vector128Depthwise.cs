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
    public static void Run(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        for (; pixels >= 2; pixels -= 2, x += 2 * step, tile += 2 * DotPanel.Columns)
        {
            Vector128<int> sum0 = Vector128.Load(init);
            Vector128<int> sum1 = sum0;
            byte* row = x;
            sbyte* rowW = w;
            for (int y = 0; y < taps->CountH; y++, row += taps->StepH, rowW += taps->WeightStepH)
            {
                byte* tap = row;
                sbyte* tapW = rowW;
                for (int column = 0; column < taps->CountW; column++, tap += taps->StepW, tapW += taps->WeightStepW)
                {
                    Vector128<int> weight = Weight(tapW);
                    sum0 += Input(tap) * weight;
                    sum1 += Input(tap + step) * weight;
                }
            }

            sum0.Store(tile);
            sum1.Store(tile + DotPanel.Columns);
        }

        if (pixels != 0)
        {
            Vector128<int> sum = Vector128.Load(init);
            for (int y = 0; y < taps->CountH; y++, x += taps->StepH, w += taps->WeightStepH)
            {
                byte* tap = x;
                sbyte* tapW = w;
                for (int column = 0; column < taps->CountW; column++, tap += taps->StepW, tapW += taps->WeightStepW)
                {
                    sum += Input(tap) * Weight(tapW);
                }
            }

            sum.Store(tile);
        }
    }

    private static Vector128<int> Input(byte* x) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)x).AsByte())).AsInt32();

    private static Vector128<int> Weight(sbyte* w) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)w).AsSByte()));
}
