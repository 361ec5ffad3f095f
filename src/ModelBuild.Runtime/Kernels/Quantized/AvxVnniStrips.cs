using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolution of 3 x 3 to bytes by 256-bit dot products: four lines of the input are interleaved, so that each integer holds a column of a channel, which
/// is a column of taps of one output and, with the weights moved by one, of the output below it.
/// </summary>
internal static unsafe class AvxVnniStrips
{
    private const int KernelRows = 3;
    private const int Rows = KernelRows + 1;
    private const int VectorBytes = AvxVnniStripOperands.VectorBytes;

    /// <summary>The alignment of the widest vectors.</summary>
    private const int Alignment = 64;

    /// <summary>Bytes of a line of outputs that are computed at a time.</summary>
    private const int MaxBytes = 2048;

    /// <summary>Bytes of a padded line where pixels have fewer channels than a vector.</summary>
    private const int LineBytes = (2 * MaxBytes) + (2 * AvxVnniStripSums.Unit);

    /// <summary>Bytes of input that stay in a second-level cache while the channels pass by.</summary>
    private const int BandBytes = 128 << 10;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes<TEpilogue>(DepthwiseProblem* problem)
        where TEpilogue : struct, IDotEpilogue =>
        AvxVnni.IsSupported && typeof(TEpilogue) == typeof(DotToU8) && problem->KernelH == KernelRows && problem->KernelW == AvxVnniStripOperands.Taps
        && problem->DilationH == 1 && problem->DilationW == 1 && problem->StrideW is 1 or 2 && problem->WeightZeroPoints == null
        && (problem->Channels >= VectorBytes || (problem->Channels is 8 or 16 && problem->StrideW == 1 && problem->StrideH == 1) || (problem->Channels == 16 && problem->StrideW == 2 && !Avx512BW.IsSupported));

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(DepthwiseProblem* problem, ref DotToU8 output)
    {
        Unsafe.SkipInit(out AvxVnniStripOperands operands);
        operands.Output = output;
        int channels = problem->Channels;
        bool hasPixels = channels < VectorBytes;
        operands.Place(hasPixels ? channels : VectorBytes, AvxVnniStripLines.Plane);
        byte* memory = stackalloc byte[(AvxVnniStripOperands.Parts * AvxVnniStripLines.Plane) + Alignment];
        byte* parts = memory + (-(nint)memory & (Alignment - 1));
        byte* lines = stackalloc byte[(Rows + 1) * LineBytes];
        int most = hasPixels ? MaxBytes / channels : Math.Min(MaxBytes / VectorBytes, (AvxVnniStripLines.MaxColumns - KernelRows) / problem->StrideW);
        long lineBytes = (long)problem->InW * channels * problem->StrideH;
        int band = channels <= VectorBytes ? problem->OutH : (int)Math.Clamp(BandBytes / Math.Max(lineBytes, 1), 2 * Rows, problem->OutH + (2 * Rows)) / 2 * 2;
        for (int image = 0; image < problem->Batch; image++)
        {
            for (int from = 0; from < problem->OutH; from += band)
            {
                int to = Math.Min(problem->OutH, from + band);
                for (int next = 0; next < channels; next += VectorBytes)
                {
                    // The last block is shifted back over the one before it: the same values are stored twice.
                    int channel = hasPixels ? 0 : Math.Min(next, channels - VectorBytes);
                    operands.Load(problem, channel);
                    for (int column = 0; column < problem->OutW; column += most)
                    {
                        int columns = Math.Min(most, problem->OutW - column);
                        if (hasPixels)
                        {
                            Pixels(problem, &operands, image, from, to, column, columns, parts, lines);
                        }
                        else
                        {
                            Strip(problem, &operands, image, channel, from, to, column, columns, parts, lines);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Some columns of 32 channels of the lines of a band.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip(
        DepthwiseProblem* problem, AvxVnniStripOperands* operands, int image, int channel, int from, int to, int column, int columns, byte* parts, byte* outside)
    {
        byte** rows = stackalloc byte*[Rows];
        nint* steps = stackalloc nint[Rows];
        nint step = problem->Channels;
        ByteRows.Fill(outside, VectorBytes, (byte)problem->XZeroPoint);
        bool arePairs = problem->StrideH == 1 && problem->StrideW == 1;
        int left = (column * problem->StrideW) - problem->PadLeft;
        int places = ((columns - 1) * problem->StrideW) + AvxVnniStripOperands.Taps;
        int first = Math.Clamp(-left, 0, places);
        int end = Math.Clamp(problem->InW - left, first, places);

        // Two columns inside are stored as one vector, which begins where such vectors are aligned.
        parts += first % 2 * VectorBytes;
        for (int oy = from; oy < to; oy += arePairs ? 2 : 1)
        {
            int top = (oy * problem->StrideH) - problem->PadTop;
            for (int row = 0; row < Rows; row++)
            {
                // A fourth row that no output needs has weights of zero.
                int y = top + (arePairs ? row : Math.Min(row, KernelRows - 1));
                bool isInside = (uint)y < (uint)problem->InH;
                rows[row] = isInside ? problem->X + (((((nint)image * problem->InH) + y) * problem->InW) + left) * step + channel : outside;
                steps[row] = isInside ? step : 0;
            }

            AvxVnniStripLines.Columns(rows, steps, first, end, places, (byte)problem->XZeroPoint, parts);
            nint stride = operands->Output.Stride;
            byte* output = operands->Output.Y + ((problem->FirstRow + ((((nint)image * problem->OutH) + oy) * problem->OutW) + column) * stride) + channel;
            if (arePairs && oy + 1 < to)
            {
                AvxVnniStripSums.Pair(parts, operands, columns * VectorBytes, output, output + (problem->OutW * stride), stride);
            }
            else
            {
                AvxVnniStripSums.Line<StripColumns.Whole>(parts, operands, 0, problem->StrideW * VectorBytes, columns * VectorBytes, output, stride);
            }
        }
    }

    /// <summary>Some columns of 8 or 16 channels of all lines.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixels(DepthwiseProblem* problem, AvxVnniStripOperands* operands, int image, int from, int to, int column, int columns, byte* parts, byte* lines)
    {
        byte** rows = stackalloc byte*[Rows];
        int* has = stackalloc int[Rows];
        new Span<int>(has, Rows).Fill(int.MinValue);
        int channels = problem->Channels;
        int bytes = columns * channels;
        bool arePairs = problem->StrideH == 1 && problem->StrideW == 1;
        int places = ((columns - 1) * problem->StrideW) + AvxVnniStripOperands.Taps;
        int lineBytes = ((places * channels) + AvxVnniStripSums.Unit - 1) & -AvxVnniStripSums.Unit;
        int left = (column * problem->StrideW) - problem->PadLeft;
        int before = Math.Clamp(-left, 0, places);
        int inside = Math.Clamp(problem->InW - left, before, places) - before;
        byte* outside = lines + (Rows * LineBytes);
        byte zero = (byte)problem->XZeroPoint;
        ByteRows.Fill(outside, lineBytes, zero);
        for (int oy = from; oy < to; oy += arePairs ? 2 : 1)
        {
            for (int row = 0; row < Rows; row++)
            {
                int y = (oy * problem->StrideH) - problem->PadTop + (arePairs ? row : Math.Min(row, KernelRows - 1));
                if ((uint)y >= (uint)problem->InH)
                {
                    rows[row] = outside;
                    continue;
                }

                byte* line = lines + ((y % Rows) * LineBytes);
                rows[row] = line;
                if (has[y % Rows] != y)
                {
                    has[y % Rows] = y;
                    ByteRows.Fill(line, before * channels, zero);
                    ByteRows.Copy(problem->X + (((((nint)image * problem->InH) + y) * problem->InW) + left + before) * channels, line + (before * channels), inside * channels);
                    int behind = (before + inside) * channels;
                    ByteRows.Fill(line + behind, lineBytes - behind, zero);
                }
            }

            AvxVnniStripLines.Whole(rows, lineBytes, parts);
            byte* output = operands->Output.Y + ((problem->FirstRow + ((((nint)image * problem->OutH) + oy) * problem->OutW) + column) * channels);
            if (arePairs && oy + 1 < to)
            {
                AvxVnniStripSums.Pair(parts, operands, bytes, output, output + (problem->OutW * channels), VectorBytes);
            }
            else if (problem->StrideW == 1)
            {
                AvxVnniStripSums.Line<StripColumns.Whole>(parts, operands, 0, VectorBytes, bytes, output, VectorBytes);
            }
            else
            {
                AvxVnniStripSums.Line<StripColumns.EverySecond>(parts, operands, 0, 2 * VectorBytes, bytes, output, VectorBytes);
            }
        }
    }
}
