namespace ModelBuild.Kernels;

/// <summary>Reads the coefficients of blocks of 4 by 4 (RFC 6386 section 13).</summary>
internal static class Vp8Residuals
{
    private const int Places = 16;

    private static ReadOnlySpan<byte> ZigZag => [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

    private static ReadOnlySpan<byte> BandOf => [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7];

    private static ReadOnlySpan<byte> ExtraBits3 => [173, 148, 140];

    private static ReadOnlySpan<byte> ExtraBits4 => [176, 155, 140, 135];

    private static ReadOnlySpan<byte> ExtraBits5 => [180, 157, 141, 134, 130];

    private static ReadOnlySpan<byte> ExtraBits6 => [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129];

    /// <summary>Reads one block.</summary>
    /// <param name="bools">The reader of the partition.</param>
    /// <param name="data">The picture's data.</param>
    /// <param name="probabilities">Those of this kind of block.</param>
    /// <param name="context">How many of the blocks above and to the left have coefficients.</param>
    /// <param name="first">The first place that is coded.</param>
    /// <param name="steps">The steps of quantisation.</param>
    /// <param name="coefficients">Receives the coefficients other than 0.</param>
    /// <returns>The place behind the last one that is coded; <paramref name="first"/> or 0 where there is none.</returns>
    internal static int Read(
        ref Vp8Bools bools, ReadOnlySpan<byte> data, ReadOnlySpan<byte> probabilities, int context, int first, (int Dc, int Ac) steps, Span<short> coefficients)
    {
        for (int place = first; place < Places; place++)
        {
            ReadOnlySpan<byte> p = Of(probabilities, place, context);
            if (!bools.Read(data, p[0]))
            {
                return place;
            }

            while (!bools.Read(data, p[1]))
            {
                if (++place == Places)
                {
                    return Places;
                }

                p = Of(probabilities, place, 0);
            }

            int value = 1;
            if (bools.Read(data, p[2]))
            {
                value = ReadLarge(ref bools, data, p);
            }

            context = value == 1 ? 1 : 2;
            value = bools.ReadFlag(data) ? -value : value;
            coefficients[ZigZag[place]] = unchecked((short)(value * (place == 0 ? steps.Dc : steps.Ac)));
        }

        return Places;
    }

    private static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> probabilities, int place, int context) =>
        probabilities.Slice(((BandOf[place] * Vp8Coefficients.Contexts) + context) * Vp8Coefficients.Branches, Vp8Coefficients.Branches);

    private static int ReadLarge(ref Vp8Bools bools, ReadOnlySpan<byte> data, ReadOnlySpan<byte> p)
    {
        if (!bools.Read(data, p[3]))
        {
            return !bools.Read(data, p[4]) ? 2 : bools.Read(data, p[5]) ? 4 : 3;
        }

        if (!bools.Read(data, p[6]))
        {
            return !bools.Read(data, p[7])
                ? 5 + One(bools.Read(data, 159))
                : 7 + (2 * One(bools.Read(data, 165))) + One(bools.Read(data, 145));
        }

        return bools.Read(data, p[8])
            ? bools.Read(data, p[10]) ? 67 + Extra(ref bools, data, ExtraBits6) : 35 + Extra(ref bools, data, ExtraBits5)
            : bools.Read(data, p[9]) ? 19 + Extra(ref bools, data, ExtraBits4) : 11 + Extra(ref bools, data, ExtraBits3);
    }

    private static int Extra(ref Vp8Bools bools, ReadOnlySpan<byte> data, ReadOnlySpan<byte> probabilities)
    {
        int value = 0;
        foreach (byte probability in probabilities)
        {
            value = (2 * value) + One(bools.Read(data, probability));
        }

        return value;
    }

    private static int One(bool isYes) => isYes ? 1 : 0;
}
