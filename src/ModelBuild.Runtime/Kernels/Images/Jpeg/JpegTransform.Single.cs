namespace ModelBuild.Kernels;

/// <content>The transform number by number, for machines without vectors.</content>
internal static partial class JpegTransform
{
    private static void RunSingle(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> factors, Span<byte> samples, int stride)
    {
        Span<int> values = stackalloc int[JpegComponent.BlockSize];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = coefficients[i] * factors[i];
        }

        for (int i = 0; i < Side; i++)
        {
            Line(values[i..], Side, ColumnShift);
        }

        for (int i = 0; i < Side; i++)
        {
            Span<int> row = values.Slice(i * Side, Side);
            Line(row, 1, RowShift);
            Span<byte> to = samples.Slice(i * stride, Side);
            for (int j = 0; j < Side; j++)
            {
                to[j] = (byte)Math.Clamp(row[j] + Centre, byte.MinValue, byte.MaxValue);
            }
        }
    }

    private static void Line(Span<int> v, int step, int shift)
    {
        (int v0, int v1, int v2, int v3) = (v[0], v[step], v[2 * step], v[3 * step]);
        (int v4, int v5, int v6, int v7) = (v[4 * step], v[5 * step], v[6 * step], v[7 * step]);

        // Even coefficients: a rotation of 2 and 6, sum and difference of 0 and 4.
        int turned = (v2 + v6) * C0541;
        (int low, int high) = (turned - (v6 * C1847), turned + (v2 * C0765));
        (int sum, int difference) = ((v0 + v4) << Bits, (v0 - v4) << Bits);
        (int e0, int e3, int e1, int e2) = (sum + high, sum - high, difference + low, difference - low);

        // Odd coefficients: two rotations, and one that they share.
        int shared = (v7 + v3 + v5 + v1) * C1175;
        (int a, int b) = (-(v7 + v1) * C0899, -(v5 + v3) * C2562);
        (int c, int d) = (shared - ((v7 + v3) * C1961), shared - ((v5 + v1) * C0390));
        int o0 = (v1 * C1501) + a + d;
        int o1 = (v3 * C3072) + b + c;
        int o2 = (v5 * C2053) + b + d;
        int o3 = (v7 * C0298) + a + c;

        int half = 1 << (shift - 1);
        (v[0], v[7 * step]) = ((e0 + o0 + half) >> shift, (e0 - o0 + half) >> shift);
        (v[step], v[6 * step]) = ((e1 + o1 + half) >> shift, (e1 - o1 + half) >> shift);
        (v[2 * step], v[5 * step]) = ((e2 + o2 + half) >> shift, (e2 - o2 + half) >> shift);
        (v[3 * step], v[4 * step]) = ((e3 + o3 + half) >> shift, (e3 - o3 + half) >> shift);
    }
}
