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
    public static void Run(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        int p = 0;
        if (taps->CountH == 3 && taps->CountW == 3)
        {
            if (step == taps->StepW)
            {
                p = Dense3x3(taps, x, step, w, init, pixels, tile);
            }
            else
            {
                p = Any3x3(taps, x, step, w, init, pixels, tile);
            }
        }

        Any(taps, x + (p * step), step, w, init, pixels - p, tile + (p * DotPanel.Columns));
    }

    /// <summary>3 x 3 with neighbouring windows one tap apart: four pixels share six columns. Returns the pixels done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Dense3x3(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        Vector512<short> w00 = Avx512F.ConvertToVector512Int32(Vector128.Load(w)).AsInt16();
        Vector512<short> w01 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepW)).AsInt16();
        Vector512<short> w02 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepW))).AsInt16();
        Vector512<short> w10 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH)).AsInt16();
        Vector512<short> w11 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH + taps->WeightStepW)).AsInt16();
        Vector512<short> w12 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH + (2 * taps->WeightStepW))).AsInt16();
        Vector512<short> w20 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH))).AsInt16();
        Vector512<short> w21 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH) + taps->WeightStepW)).AsInt16();
        Vector512<short> w22 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH) + (2 * taps->WeightStepW))).AsInt16();
        Vector512<int> start = Vector512.Load(init);
        int p = 0;
        for (; p + 4 <= pixels; p += 4, x += 4 * step, tile += 4 * DotPanel.Columns)
        {
            Vector512<int> sum0 = start;
            Vector512<int> sum1 = start;
            Vector512<int> sum2 = start;
            Vector512<int> sum3 = start;
            byte* row = x;
            Vector512<short> v00 = Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v00, w00);
            Vector512<short> v01 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v01, w01);
            sum1 += Avx512BW.MultiplyAddAdjacent(v01, w00);
            Vector512<short> v02 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * step))).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v02, w02);
            sum1 += Avx512BW.MultiplyAddAdjacent(v02, w01);
            sum2 += Avx512BW.MultiplyAddAdjacent(v02, w00);
            Vector512<short> v03 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (3 * step))).AsInt16();
            sum1 += Avx512BW.MultiplyAddAdjacent(v03, w02);
            sum2 += Avx512BW.MultiplyAddAdjacent(v03, w01);
            sum3 += Avx512BW.MultiplyAddAdjacent(v03, w00);
            Vector512<short> v04 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (4 * step))).AsInt16();
            sum2 += Avx512BW.MultiplyAddAdjacent(v04, w02);
            sum3 += Avx512BW.MultiplyAddAdjacent(v04, w01);
            Vector512<short> v05 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (5 * step))).AsInt16();
            sum3 += Avx512BW.MultiplyAddAdjacent(v05, w02);
            row += taps->StepH;
            Vector512<short> v10 = Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v10, w10);
            Vector512<short> v11 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v11, w11);
            sum1 += Avx512BW.MultiplyAddAdjacent(v11, w10);
            Vector512<short> v12 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * step))).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v12, w12);
            sum1 += Avx512BW.MultiplyAddAdjacent(v12, w11);
            sum2 += Avx512BW.MultiplyAddAdjacent(v12, w10);
            Vector512<short> v13 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (3 * step))).AsInt16();
            sum1 += Avx512BW.MultiplyAddAdjacent(v13, w12);
            sum2 += Avx512BW.MultiplyAddAdjacent(v13, w11);
            sum3 += Avx512BW.MultiplyAddAdjacent(v13, w10);
            Vector512<short> v14 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (4 * step))).AsInt16();
            sum2 += Avx512BW.MultiplyAddAdjacent(v14, w12);
            sum3 += Avx512BW.MultiplyAddAdjacent(v14, w11);
            Vector512<short> v15 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (5 * step))).AsInt16();
            sum3 += Avx512BW.MultiplyAddAdjacent(v15, w12);
            row += taps->StepH;
            Vector512<short> v20 = Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v20, w20);
            Vector512<short> v21 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v21, w21);
            sum1 += Avx512BW.MultiplyAddAdjacent(v21, w20);
            Vector512<short> v22 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * step))).AsInt16();
            sum0 += Avx512BW.MultiplyAddAdjacent(v22, w22);
            sum1 += Avx512BW.MultiplyAddAdjacent(v22, w21);
            sum2 += Avx512BW.MultiplyAddAdjacent(v22, w20);
            Vector512<short> v23 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (3 * step))).AsInt16();
            sum1 += Avx512BW.MultiplyAddAdjacent(v23, w22);
            sum2 += Avx512BW.MultiplyAddAdjacent(v23, w21);
            sum3 += Avx512BW.MultiplyAddAdjacent(v23, w20);
            Vector512<short> v24 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (4 * step))).AsInt16();
            sum2 += Avx512BW.MultiplyAddAdjacent(v24, w22);
            sum3 += Avx512BW.MultiplyAddAdjacent(v24, w21);
            Vector512<short> v25 = Avx512F.ConvertToVector512Int32(Vector128.Load(row + (5 * step))).AsInt16();
            sum3 += Avx512BW.MultiplyAddAdjacent(v25, w22);
            sum0.Store(tile);
            sum1.Store(tile + 16);
            sum2.Store(tile + 32);
            sum3.Store(tile + 48);
        }

        return p;
    }

    /// <summary>3 x 3 with windows any distance apart, two pixels at a time. Returns the pixels done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Any3x3(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        Vector512<short> w00 = Avx512F.ConvertToVector512Int32(Vector128.Load(w)).AsInt16();
        Vector512<short> w01 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepW)).AsInt16();
        Vector512<short> w02 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepW))).AsInt16();
        Vector512<short> w10 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH)).AsInt16();
        Vector512<short> w11 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH + taps->WeightStepW)).AsInt16();
        Vector512<short> w12 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + taps->WeightStepH + (2 * taps->WeightStepW))).AsInt16();
        Vector512<short> w20 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH))).AsInt16();
        Vector512<short> w21 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH) + taps->WeightStepW)).AsInt16();
        Vector512<short> w22 = Avx512F.ConvertToVector512Int32(Vector128.Load(w + (2 * taps->WeightStepH) + (2 * taps->WeightStepW))).AsInt16();
        Vector512<int> start = Vector512.Load(init);
        int p = 0;
        for (; p + 2 <= pixels; p += 2, x += 2 * step, tile += 2 * DotPanel.Columns)
        {
            Vector512<int> sum0 = start;
            Vector512<int> sum1 = start;
            byte* row = x;
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16(), w00);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16(), w00);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + taps->StepW)).AsInt16(), w01);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + taps->StepW)).AsInt16(), w01);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * taps->StepW))).AsInt16(), w02);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + (2 * taps->StepW))).AsInt16(), w02);
            row += taps->StepH;
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16(), w10);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16(), w10);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + taps->StepW)).AsInt16(), w11);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + taps->StepW)).AsInt16(), w11);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * taps->StepW))).AsInt16(), w12);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + (2 * taps->StepW))).AsInt16(), w12);
            row += taps->StepH;
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row)).AsInt16(), w20);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step)).AsInt16(), w20);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + taps->StepW)).AsInt16(), w21);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + taps->StepW)).AsInt16(), w21);
            sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + (2 * taps->StepW))).AsInt16(), w22);
            sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(row + step + (2 * taps->StepW))).AsInt16(), w22);
            sum0.Store(tile);
            sum1.Store(tile + 16);
        }

        return p;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Any(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        for (; pixels >= 4; pixels -= 4, x += 4 * step, tile += 4 * DotPanel.Columns)
        {
            Vector512<int> sum0 = Vector512.Load(init);
            Vector512<int> sum1 = Vector512.Load(init);
            Vector512<int> sum2 = Vector512.Load(init);
            Vector512<int> sum3 = Vector512.Load(init);
            byte* row = x;
            sbyte* rowW = w;
            int rows = taps->CountH;
            do
            {
                byte* tap = row;
                sbyte* tapW = rowW;
                int count = taps->CountW;
                do
                {
                    Vector512<short> weight = Avx512F.ConvertToVector512Int32(Vector128.Load(tapW)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(tap)).AsInt16(), weight);
                    sum1 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(tap + step)).AsInt16(), weight);
                    sum2 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(tap + (2 * step))).AsInt16(), weight);
                    sum3 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(tap + (3 * step))).AsInt16(), weight);
                    tap += taps->StepW;
                    tapW += taps->WeightStepW;
                }
                while (--count != 0);

                row += taps->StepH;
                rowW += taps->WeightStepH;
            }
            while (--rows != 0);

            sum0.Store(tile);
            sum1.Store(tile + 16);
            sum2.Store(tile + 32);
            sum3.Store(tile + 48);
        }

        for (; pixels > 0; pixels--, x += step, tile += DotPanel.Columns)
        {
            Vector512<int> sum0 = Vector512.Load(init);
            byte* row = x;
            sbyte* rowW = w;
            int rows = taps->CountH;
            do
            {
                byte* tap = row;
                sbyte* tapW = rowW;
                int count = taps->CountW;
                do
                {
                    Vector512<short> weight = Avx512F.ConvertToVector512Int32(Vector128.Load(tapW)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(Avx512F.ConvertToVector512Int32(Vector128.Load(tap)).AsInt16(), weight);
                    tap += taps->StepW;
                    tapW += taps->WeightStepW;
                }
                while (--count != 0);

                row += taps->StepH;
                rowW += taps->WeightStepH;
            }
            while (--rows != 0);

            sum0.Store(tile);
        }
    }
}
