using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>One row of <see cref="AvxVnniDot"/>: four panels share what is read of it.</summary>
internal static unsafe class AvxVnniRow
{
    private const int Panels = 4;
    private const int PanelColumns = DotPanel.Columns;
    private const int Columns = Panels * PanelColumns;

    /// <summary>Whether the problem is one row of whole groups of four.</summary>
    internal static bool Takes(DotProblem* problem) =>
        AvxVnni.IsSupported && problem->Width == 1 && problem->Height == 1 && problem->Images == 1 && problem->Runs.Count == 1 && problem->Runs.Length % 4 == 0
        && problem->N >= Columns && problem->WeightZeroPoints == null;

    /// <summary>Computes as many columns as are whole fours of panels.</summary>
    /// <returns>The number of columns.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        int* sums = stackalloc int[Columns];
        Unsafe.SkipInit(out DotPanelOperands operands);
        nint panelBytes = (nint)problem->Runs.Quads * (4 * PanelColumns);
        int column = 0;
        for (; column + Columns <= problem->N; column += Columns)
        {
            operands.Prepare(problem, column, Columns, Columns);
            Sum(problem->X, problem->Runs.Quads, problem->W + (column / PanelColumns * panelBytes), panelBytes, operands.Init, sums);
            if (typeof(TEpilogue) == typeof(DotToU8) && Avx512BW.IsSupported)
            {
                ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
                Store((DotToU8*)Unsafe.AsPointer(ref bytes), sums, operands.Scales, bytes.Y + (problem->FirstRow * bytes.Stride) + problem->FirstColumn + column);
                continue;
            }

            if (typeof(TEpilogue) == typeof(DotToF32) && Avx512F.IsSupported)
            {
                ref DotToF32 floats = ref Unsafe.As<TEpilogue, DotToF32>(ref epilogue);
                Store((DotToF32*)Unsafe.AsPointer(ref floats), sums, operands.Scales, operands.FloatBias, floats.Y + (problem->FirstRow * floats.Stride) + problem->FirstColumn + column);
                continue;
            }

            for (int panel = 0; panel < Columns; panel += PanelColumns)
            {
                float* scales = operands.Scales == null ? null : operands.Scales + panel;
                float* floatBias = operands.FloatBias == null ? null : operands.FloatBias + panel;
                epilogue.Store(sums + panel, PanelColumns, problem->FirstRow, 1, problem->FirstColumn + column + panel, PanelColumns, scales, floatBias);
            }
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(byte* x, int quads, sbyte* w0, nint panelBytes, int* init, int* sums)
    {
        sbyte* w1 = w0 + panelBytes;
        sbyte* w2 = w1 + panelBytes;
        sbyte* w3 = w2 + panelBytes;
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + 16);
        Vector256<int> c11 = Vector256.Load(init + 24);
        Vector256<int> c20 = Vector256.Load(init + 32);
        Vector256<int> c21 = Vector256.Load(init + 40);
        Vector256<int> c30 = Vector256.Load(init + 48);
        Vector256<int> c31 = Vector256.Load(init + 56);
        nint offset = 0;
        for (byte* end = x + ((nint)quads * 4); x < end; x += 4, offset += 64)
        {
            Vector256<byte> a = Vector256.Create(*(int*)x).AsByte();
            c00 = AvxVnni.MultiplyWideningAndAdd(c00, a, Vector256.Load(w0 + offset));
            c01 = AvxVnni.MultiplyWideningAndAdd(c01, a, Vector256.Load(w0 + offset + 32));
            c10 = AvxVnni.MultiplyWideningAndAdd(c10, a, Vector256.Load(w1 + offset));
            c11 = AvxVnni.MultiplyWideningAndAdd(c11, a, Vector256.Load(w1 + offset + 32));
            c20 = AvxVnni.MultiplyWideningAndAdd(c20, a, Vector256.Load(w2 + offset));
            c21 = AvxVnni.MultiplyWideningAndAdd(c21, a, Vector256.Load(w2 + offset + 32));
            c30 = AvxVnni.MultiplyWideningAndAdd(c30, a, Vector256.Load(w3 + offset));
            c31 = AvxVnni.MultiplyWideningAndAdd(c31, a, Vector256.Load(w3 + offset + 32));
        }

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + 16);
        c11.Store(sums + 24);
        c20.Store(sums + 32);
        c21.Store(sums + 40);
        c30.Store(sums + 48);
        c31.Store(sums + 56);
    }

    /// <summary>Stores 64 bytes with the bits of <see cref="DotToU8.Store"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(DotToU8* epilogue, int* sums, float* scales, byte* y)
    {
        Vector512<float> high = Vector512.Create(epilogue->High);
        Vector512<byte> bytes = QuantizedRounding.Pack64(
            Rounded(sums, scales, high),
            Rounded(sums + PanelColumns, scales + PanelColumns, high),
            Rounded(sums + (2 * PanelColumns), scales + (2 * PanelColumns), high),
            Rounded(sums + (3 * PanelColumns), scales + (3 * PanelColumns), high),
            Vector512.Create((short)epilogue->Zero));
        Vector512.Max(bytes, Vector512.Create((byte)((int)epilogue->Low + epilogue->Zero))).Store(y);
    }

    /// <summary>Stores 64 floats with the bits of <see cref="DotToF32.Store"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(DotToF32* epilogue, int* sums, float* scales, float* floatBias, float* y)
    {
        Vector512<float> low = Vector512.Create(epilogue->Low);
        Vector512<float> high = Vector512.Create(epilogue->High);
        for (int i = 0; i < Columns; i += PanelColumns)
        {
            // Adding -0 changes no value, not even -0 itself.
            Vector512<float> bias = floatBias == null ? Vector512.Create(-0f) : Vector512.Load(floatBias + i);
            Vector512<int> sum = QuantizedRounding.Join(Vector256.Load(sums + i), Vector256.Load(sums + i + 8));
            Vector512<float> value = Avx512F.Add(Avx512F.Multiply(Vector512.ConvertToSingle(sum), Vector512.Load(scales + i)), bias);
            Vector512.Max(low, Vector512.Min(high, value)).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(int* sums, float* scales, Vector512<float> high) =>
        Avx512F.ConvertToVector512Int32(
            Avx512F.Min(high, Vector512.ConvertToSingle(QuantizedRounding.Join(Vector256.Load(sums), Vector256.Load(sums + 8))) * Vector512.Load(scales)));
}
