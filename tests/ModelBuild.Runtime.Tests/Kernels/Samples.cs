namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>Seeded test data.</summary>
internal static class Samples
{
    /// <summary>The values at which float functions go wrong first.</summary>
    internal static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue,
        float.Epsilon, -float.Epsilon, 1.17549435E-38f, 1e-20f, -1e-20f, 8388609f, -8388609f, 88f, -88f, 104f, -104f, 20f, -20f, 3f, -3f,
    ];

    /// <summary>Uniform values in [low, high).</summary>
    internal static float[] Uniform(int length, int seed, float low = -3f, float high = 3f)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = low + ((high - low) * random.NextSingle());
        }

        return values;
    }

    /// <summary>Uniform values with every fifth one replaced by a special one.</summary>
    internal static float[] WithSpecial(int length, int seed, float low = -3f, float high = 3f)
    {
        float[] values = Uniform(length, seed, low, high);
        var random = new Random(seed + 1);
        for (int i = 0; i < length; i += 5)
        {
            values[i] = Special[random.Next(Special.Length)];
        }

        return values;
    }

    /// <summary>Uniform integers in [low, high).</summary>
    internal static int[] Integers(int length, int seed, int low, int high)
    {
        var random = new Random(seed);
        var values = new int[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(low, high);
        }

        return values;
    }
}
