using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Input lines of a block of channels, padded, one behind the other: the pixels of a line follow each other, for stride 2 first the even ones and then the odd ones, so that
/// neighbouring results read neighbouring pixels.
/// </summary>
internal readonly unsafe struct VnniDepthwiseBand
{
    private const int VectorBytes = 64;
    private readonly int _columns;
    private readonly int _evens;

    /// <summary>Lays lines out.</summary>
    internal VnniDepthwiseBand(DepthwiseProblem* problem)
    {
        Channels = Math.Min(VectorBytes, problem->Channels);
        long columns = ((long)(problem->OutW - 1) * problem->StrideW) + 3;
        _columns = (int)Math.Min(columns, int.MaxValue / (2 * VectorBytes));
        _evens = problem->StrideW == 1 ? _columns : (_columns + 1) / 2;
        Column1 = problem->StrideW == 1 ? Channels : ((_evens * Channels) + VectorBytes - 1) & -VectorBytes;
        LineBytes = ((problem->StrideW == 1 ? _columns * Channels : Column1 + ((_columns - _evens) * Channels)) + VectorBytes - 1) & -VectorBytes;
        Column2 = problem->StrideW == 1 ? 2 * Channels : Channels;
    }

    /// <summary>The channels of a block.</summary>
    internal int Channels { get; }

    /// <summary>Bytes between lines.</summary>
    internal int LineBytes { get; }

    /// <summary>From a tap to the one at its right.</summary>
    internal int Column1 { get; }

    /// <summary>From a tap to the second at its right.</summary>
    internal int Column2 { get; }

    /// <summary>Copies lines.</summary>
    /// <param name="problem">The convolution.</param>
    /// <param name="image">The image.</param>
    /// <param name="first">The first line, which may lie above the image.</param>
    /// <param name="lines">The number of lines.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="target">Receives them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Copy(DepthwiseProblem* problem, int image, int first, int lines, int channel, byte* target)
    {
        byte zero = (byte)problem->XZeroPoint;
        nint line = (nint)problem->InW * problem->Channels;
        byte* source = problem->X + (((nint)image * problem->InH) + first) * line + channel;
        for (int i = first; i < first + lines; i++, source += line, target += LineBytes)
        {
            if (i < 0 || i >= problem->InH)
            {
                ByteRows.Fill(target, LineBytes, zero);
            }
            else if (problem->StrideW == 1)
            {
                Pixels(source, problem, 0, 1, problem->PadLeft, _columns, target, zero);
            }
            else if (Avx512F.IsSupported && Channels is 8 or 16 or 32)
            {
                Separate(source, problem, target, zero);
            }
            else
            {
                // Columns 0, 2, 4 ... and 1, 3, 5 ... of the padded line.
                int left = (problem->PadLeft + 1) / 2;
                Pixels(source, problem, (2 * left) - problem->PadLeft, 2, left, _evens, target, zero);
                left = problem->PadLeft / 2;
                Pixels(source, problem, (2 * left) + 1 - problem->PadLeft, 2, left, _columns - _evens, target + Column1, zero);
            }
        }
    }

    /// <summary>Columns 0, 2, 4 ... and 1, 3, 5 ... of the padded line, where a vector holds whole pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Separate(byte* line, DepthwiseProblem* problem, byte* target, byte zero)
    {
        int channels = Channels;
        int left = Math.Min(problem->PadLeft, _columns);
        int inside = Math.Min(problem->InW, _columns - left);
        byte* odds = target + Column1;
        byte* firsts = (left & 1) == 0 ? target : odds;
        byte* seconds = (left & 1) == 0 ? odds : target;
        ByteRows.Fill(target, ((left + 1) / 2) * channels, zero);
        ByteRows.Fill(odds, (left / 2) * channels, zero);
        firsts += (left / 2) * channels;
        seconds += ((left + 1) / 2) * channels;

        // The pixels of two vectors: with 8, 16 or 32 channels a pixel has 1, 2 or 4 elements of 64 bits.
        Vector512<ulong> chooseFirsts = channels switch
        {
            8 => Vector512.Create(0UL, 2, 4, 6, 8, 10, 12, 14),
            16 => Vector512.Create(0UL, 1, 4, 5, 8, 9, 12, 13),
            _ => Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11),
        };
        Vector512<ulong> chooseSeconds = chooseFirsts + Vector512.Create((ulong)channels / 8);
        int pixels = 2 * VectorBytes / channels;
        int done = 0;
        for (; done + pixels <= inside; done += pixels, line += 2 * VectorBytes, firsts += VectorBytes, seconds += VectorBytes)
        {
            Vector512<ulong> lower = Vector512.Load((ulong*)line);
            Vector512<ulong> upper = Vector512.Load((ulong*)(line + VectorBytes));
            Avx512F.PermuteVar8x64x2(lower, chooseFirsts, upper).Store((ulong*)firsts);
            Avx512F.PermuteVar8x64x2(lower, chooseSeconds, upper).Store((ulong*)seconds);
        }

        for (; done < inside; done++, line += channels)
        {
            int column = left + done;
            byte* pixel = ((column & 1) == 0 ? target : odds) + ((column / 2) * channels);
            for (int c = 0; c < channels; c += sizeof(ulong))
            {
                Unsafe.WriteUnaligned(pixel + c, Unsafe.ReadUnaligned<ulong>(line + c));
            }
        }

        int end = left + inside;
        ByteRows.Fill(target + (((end + 1) / 2) * channels), (_evens - ((end + 1) / 2)) * channels, zero);
        ByteRows.Fill(odds + ((end / 2) * channels), (_columns - _evens - (end / 2)) * channels, zero);
    }

    /// <summary>Every <paramref name="step"/>th pixel of a line from <paramref name="column"/> on, with the input's zero point at the left and where the line ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixels(byte* line, DepthwiseProblem* problem, int column, int step, int left, int count, byte* target, byte zero)
    {
        left = Math.Min(left, count);
        int inside = Math.Clamp((problem->InW - column + step - 1) / step, 0, count - left);
        int channels = Channels;
        byte* source = line + ((nint)column * problem->Channels);
        if (step == 1 && channels == problem->Channels && Math.Max(left, count - left - inside) * channels <= VectorBytes && inside * channels >= VectorBytes)
        {
            // Whole vectors of padding, most of which the pixels overwrite.
            Vector512<byte> zeros = Vector512.Create(zero);
            zeros.Store(target);
            zeros.Store(target + (count * channels) - VectorBytes);
            target += left * channels;
            int last = (inside * channels) - VectorBytes;
            for (int done = 0; done < last; done += VectorBytes)
            {
                Vector512.Load(source + done).Store(target + done);
            }

            Vector512.Load(source + last).Store(target + last);
            return;
        }

        ByteRows.Fill(target, left * channels, zero);
        target += left * channels;
        nint sourceStep = (nint)step * problem->Channels;
        if (sourceStep == channels)
        {
            ByteRows.Copy(source, target, inside * channels);
            target += inside * channels;
        }
        else if (channels == VectorBytes)
        {
            for (int i = 0; i < inside; i++, source += sourceStep, target += VectorBytes)
            {
                Vector512.Load(source).Store(target);
            }
        }
        else if (channels % 16 == 0)
        {
            for (int i = 0; i < inside; i++, source += sourceStep)
            {
                for (int c = 0; c < channels; c += 16, target += 16)
                {
                    Vector128.Load(source + c).Store(target);
                }
            }
        }
        else if (channels % 8 == 0)
        {
            for (int i = 0; i < inside; i++, source += sourceStep)
            {
                for (int c = 0; c < channels; c += 8, target += 8)
                {
                    Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<ulong>(source + c));
                }
            }
        }
        else
        {
            for (int i = 0; i < inside; i++, source += sourceStep, target += channels)
            {
                ByteRows.Copy(source, target, channels);
            }
        }

        ByteRows.Fill(target, (count - left - inside) * channels, zero);
    }
}
