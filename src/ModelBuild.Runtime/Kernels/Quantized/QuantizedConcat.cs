namespace ModelBuild.Kernels;

/// <summary>Concatenation of quantised tensors, one call per input, each requantised to the output's scale by a table.</summary>
public static unsafe class QuantizedConcat
{
    /// <summary>Writes one input's part of the output: y[o * yInner + yOffset + i] = table[x[o * xInner + i]].</summary>
    /// <param name="x">The input, [outer][xInner].</param>
    /// <param name="table">256 values, or empty where input and output have the same scale and zero point.</param>
    /// <param name="y">The output, [outer][yInner].</param>
    /// <param name="outer">The product of the axes before the concatenated one.</param>
    /// <param name="xInner">The product of this input's axes from the concatenated one on.</param>
    /// <param name="yInner">The same product of the output.</param>
    /// <param name="yOffset">Where the input starts within <paramref name="yInner"/>.</param>
    /// <exception cref="ArgumentException">A span is too short, or the part does not fit.</exception>
    public static void U8(ReadOnlySpan<byte> x, ReadOnlySpan<byte> table, Span<byte> y, int outer, int xInner, int yInner, int yOffset)
    {
        Throw.IfShorter(x.Length, (long)outer * xInner, nameof(x));
        Throw.IfPresentAndShorter(table.Length, LookupTable.TableLength, nameof(table));
        Throw.IfShorter(y.Length, (long)outer * yInner, nameof(y));
        if (yOffset < 0 || xInner > yInner - yOffset)
        {
            Throw.Argument($"A part of {xInner} at {yOffset} does not fit {yInner}.", nameof(yOffset));
        }

        fixed (byte* xData = x)
        fixed (byte* tableData = table)
        fixed (byte* yData = y)
        {
            for (int o = 0; o < outer; o++)
            {
                byte* source = xData + ((nint)o * xInner);
                byte* target = yData + ((nint)o * yInner) + yOffset;
                if (tableData == null)
                {
                    new ReadOnlySpan<byte>(source, xInner).CopyTo(new Span<byte>(target, xInner));
                }
                else
                {
                    LookupTable.Run(source, tableData, target, xInner);
                }
            }
        }
    }
}
