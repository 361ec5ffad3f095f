using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Any function of one byte, as a table.</summary>
public static unsafe class LookupTable
{
    /// <summary>The number of entries of a table.</summary>
    public const int TableLength = 256;

    /// <summary>y[i] = table[x[i]].</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="table">256 values.</param>
    /// <param name="y">The output; may be <paramref name="x"/>.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void U8(ReadOnlySpan<byte> x, ReadOnlySpan<byte> table, Span<byte> y, int length)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(table.Length, TableLength, nameof(table));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (byte* xData = x)
        fixed (byte* tableData = table)
        fixed (byte* yData = y)
        {
            Run(xData, tableData, yData, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(byte* x, byte* table, byte* y, int length)
    {
        int i = 0;
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<byte> table0 = Vector512.Load(table);
            Vector512<byte> table1 = Vector512.Load(table + 64);
            Vector512<byte> table2 = Vector512.Load(table + 128);
            Vector512<byte> table3 = Vector512.Load(table + 192);
            for (; i + 64 <= length; i += 64)
            {
                // The permutation reads the low seven bits of an index; the top bit chooses between the halves of the table.
                Vector512<byte> index = Vector512.Load(x + i);
                Vector512<byte> lower = Avx512Vbmi.PermuteVar64x8x2(table0, index, table1);
                Vector512<byte> upper = Avx512Vbmi.PermuteVar64x8x2(table2, index, table3);
                Vector512.ConditionalSelect(Vector512.LessThan(index.AsSByte(), Vector512<sbyte>.Zero).AsByte(), upper, lower).Store(y + i);
            }
        }

        for (; i + 4 <= length; i += 4)
        {
            byte y0 = table[x[i]];
            byte y1 = table[x[i + 1]];
            byte y2 = table[x[i + 2]];
            byte y3 = table[x[i + 3]];
            y[i] = y0;
            y[i + 1] = y1;
            y[i + 2] = y2;
            y[i + 3] = y3;
        }

        for (; i < length; i++)
        {
            y[i] = table[x[i]];
        }
    }
}
