namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Operands with seeded contents.</summary>
internal static class Drawn
{
    /// <summary>Numbers in [-1, 1).</summary>
    public static float[] Floats(int length)
    {
        Random random = new(length);
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (2 * random.NextSingle()) - 1;
        }

        return values;
    }

    /// <summary>Bytes of any value.</summary>
    public static byte[] Bytes(int length)
    {
        byte[] values = new byte[length];
        new Random(length).NextBytes(values);
        return values;
    }
}
