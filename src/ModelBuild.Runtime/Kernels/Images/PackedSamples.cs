namespace ModelBuild.Kernels;

/// <summary>Samples of less than a byte, the first in the high bits.</summary>
internal static class PackedSamples
{
    /// <summary>Writes one byte for each sample.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="samples">Receives the samples.</param>
    /// <param name="bits">1, 2, 4 or 8 bits of a sample.</param>
    public static void Expand(ReadOnlySpan<byte> packed, Span<byte> samples, int bits)
    {
        if (bits == 8)
        {
            packed[..samples.Length].CopyTo(samples);
            return;
        }

        (int perByte, int mask) = (8 / bits, (1 << bits) - 1);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)((packed[i / perByte] >> (8 - bits - (i % perByte * bits))) & mask);
        }
    }
}
