namespace ModelBuild.Compiler.Ir;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the same sequence on every machine.</summary>
internal static class SplitMix64
{
    /// <summary>The next number in [0, 1).</summary>
    public static double Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
