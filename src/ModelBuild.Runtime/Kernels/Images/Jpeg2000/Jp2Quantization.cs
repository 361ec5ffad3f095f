namespace ModelBuild.Kernels;

/// <summary>The steps of quantisation of a component (T.800 A.6.4).</summary>
/// <param name="GuardBits">The bits above those that the steps tell.</param>
/// <param name="IsDerived">Whether all bands follow from the first.</param>
/// <param name="Steps">For each band the exponent above eleven bits of mantissa.</param>
internal sealed record Jp2Quantization(int GuardBits, bool IsDerived, ushort[] Steps)
{
    private const int MantissaBits = 11;
    private const int MaxBands = (3 * 32) + 1;

    /// <summary>Reads it.</summary>
    internal static Jp2Quantization Read(ref Jp2Bytes bytes)
    {
        int style = bytes.ReadByte();
        int kind = style & 0x1F;
        if (kind > 2)
        {
            throw Jp2Errors.Damaged($"its quantisation is of kind {kind}");
        }

        int count = kind == 1 ? 1 : Math.Min(MaxBands, kind == 0 ? bytes.Left : bytes.Left / 2);
        var steps = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            steps[i] = (ushort)(kind == 0 ? (bytes.ReadByte() >> 3) << MantissaBits : bytes.ReadUInt16());
        }

        return new Jp2Quantization(style >> 5, kind == 1, steps);
    }

    /// <summary>The exponent and the mantissa of a band.</summary>
    /// <param name="band">The band's number.</param>
    /// <param name="resolution">The band's resolution.</param>
    internal (int Exponent, int Mantissa) Of(int band, int resolution)
    {
        int index = IsDerived ? 0 : band;
        if (index >= Steps.Length)
        {
            throw Jp2Errors.Damaged("a band has no step of quantisation");
        }

        int exponent = (Steps[index] >> MantissaBits) - (IsDerived ? Math.Max(0, resolution - 1) : 0);
        return exponent >= 0 ? (exponent, Steps[index] & ((1 << MantissaBits) - 1)) : throw Jp2Errors.Damaged("a band has no step of quantisation");
    }
}
