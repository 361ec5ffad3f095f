using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Digits.Training.Numerics;

/// <summary>
/// Matrix products whose every element is one chain of fused multiply-adds in the order of the inner dimension.
/// Vectors run across columns only, so the result does not depend on their width: the same bits on every machine.
/// </summary>
internal static class Gemm
{
    private const int Rows = 4;

    /// <summary>Adds <c>A B</c> to <c>C</c>; <c>B</c> and <c>C</c> are stored row by row.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="a">A, where element (i, k) is at <c>i * rowStride + k * innerStride</c>.</param>
    /// <param name="rowStride">Distance between rows of A.</param>
    /// <param name="innerStride">Distance between columns of A; A transposed is read by exchanging the strides.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C, added to.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void MultiplyAdd(
        int rows,
        int inner,
        int columns,
        ReadOnlySpan<float> a,
        int rowStride,
        int innerStride,
        ReadOnlySpan<float> b,
        Span<float> c)
    {
        if (rows == 0 || inner == 0 || columns == 0)
        {
            return;
        }

        if (a.Length <= ((rows - 1) * rowStride) + ((inner - 1) * innerStride) || b.Length < inner * columns || c.Length < rows * columns)
        {
            throw new ArgumentException("A matrix is smaller than its declared size.");
        }

        int panel = 2 * Vector<float>.Count;
        int vectorColumns = columns - (columns % panel);
        ref float a0 = ref MemoryMarshal.GetReference(a);
        ref float b0 = ref MemoryMarshal.GetReference(b);
        ref float c0 = ref MemoryMarshal.GetReference(c);
        for (int column = 0; column < vectorColumns; column += panel)
        {
            ref float panelB = ref Unsafe.Add(ref b0, column);
            int row = 0;
            for (; row + Rows <= rows; row += Rows)
            {
                ref float panelC = ref Unsafe.Add(ref c0, (row * columns) + column);
                FourRows(inner, columns, ref Unsafe.Add(ref a0, row * rowStride), rowStride, innerStride, ref panelB, ref panelC);
            }

            for (; row < rows; row++)
            {
                ref float panelC = ref Unsafe.Add(ref c0, (row * columns) + column);
                OneRow(inner, columns, ref Unsafe.Add(ref a0, row * rowStride), innerStride, ref panelB, ref panelC);
            }
        }

        for (int row = 0; row < rows && vectorColumns < columns; row++)
        {
            for (int column = vectorColumns; column < columns; column++)
            {
                float sum = c[(row * columns) + column];
                for (int k = 0; k < inner; k++)
                {
                    sum = MathF.FusedMultiplyAdd(a[(row * rowStride) + (k * innerStride)], b[(k * columns) + column], sum);
                }

                c[(row * columns) + column] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(int inner, int columns, ref float a, int rowStride, int innerStride, ref float b, ref float c)
    {
        nuint width = (nuint)Vector<float>.Count;
        ref float c1 = ref Unsafe.Add(ref c, columns);
        ref float c2 = ref Unsafe.Add(ref c, 2 * columns);
        ref float c3 = ref Unsafe.Add(ref c, 3 * columns);
        ref float a1 = ref Unsafe.Add(ref a, rowStride);
        ref float a2 = ref Unsafe.Add(ref a, 2 * rowStride);
        ref float a3 = ref Unsafe.Add(ref a, 3 * rowStride);
        Vector<float> sum00 = Vector.LoadUnsafe(ref c);
        Vector<float> sum01 = Vector.LoadUnsafe(ref c, width);
        Vector<float> sum10 = Vector.LoadUnsafe(ref c1);
        Vector<float> sum11 = Vector.LoadUnsafe(ref c1, width);
        Vector<float> sum20 = Vector.LoadUnsafe(ref c2);
        Vector<float> sum21 = Vector.LoadUnsafe(ref c2, width);
        Vector<float> sum30 = Vector.LoadUnsafe(ref c3);
        Vector<float> sum31 = Vector.LoadUnsafe(ref c3, width);
        for (int k = 0; k < inner; k++)
        {
            Vector<float> b0 = Vector.LoadUnsafe(ref b);
            Vector<float> b1 = Vector.LoadUnsafe(ref b, width);
            int at = k * innerStride;
            var factor = new Vector<float>(Unsafe.Add(ref a, at));
            sum00 = Vector.FusedMultiplyAdd(factor, b0, sum00);
            sum01 = Vector.FusedMultiplyAdd(factor, b1, sum01);
            factor = new Vector<float>(Unsafe.Add(ref a1, at));
            sum10 = Vector.FusedMultiplyAdd(factor, b0, sum10);
            sum11 = Vector.FusedMultiplyAdd(factor, b1, sum11);
            factor = new Vector<float>(Unsafe.Add(ref a2, at));
            sum20 = Vector.FusedMultiplyAdd(factor, b0, sum20);
            sum21 = Vector.FusedMultiplyAdd(factor, b1, sum21);
            factor = new Vector<float>(Unsafe.Add(ref a3, at));
            sum30 = Vector.FusedMultiplyAdd(factor, b0, sum30);
            sum31 = Vector.FusedMultiplyAdd(factor, b1, sum31);
            b = ref Unsafe.Add(ref b, columns);
        }

        sum00.StoreUnsafe(ref c);
        sum01.StoreUnsafe(ref c, width);
        sum10.StoreUnsafe(ref c1);
        sum11.StoreUnsafe(ref c1, width);
        sum20.StoreUnsafe(ref c2);
        sum21.StoreUnsafe(ref c2, width);
        sum30.StoreUnsafe(ref c3);
        sum31.StoreUnsafe(ref c3, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(int inner, int columns, ref float a, int innerStride, ref float b, ref float c)
    {
        nuint width = (nuint)Vector<float>.Count;
        Vector<float> sum0 = Vector.LoadUnsafe(ref c);
        Vector<float> sum1 = Vector.LoadUnsafe(ref c, width);
        for (int k = 0; k < inner; k++)
        {
            var factor = new Vector<float>(Unsafe.Add(ref a, k * innerStride));
            sum0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref b), sum0);
            sum1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref b, width), sum1);
            b = ref Unsafe.Add(ref b, columns);
        }

        sum0.StoreUnsafe(ref c);
        sum1.StoreUnsafe(ref c, width);
    }
}
