using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
        LineBytes = ((_columns * Channels) + VectorBytes - 1) & -VectorBytes;
        Column1 = problem->StrideW == 1 ? Channels : _evens * Channels;
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
            else
            {
                // Columns 0, 2, 4 ... and 1, 3, 5 ... of the padded line.
                int left = (problem->PadLeft + 1) / 2;
                Pixels(source, problem, (2 * left) - problem->PadLeft, 2, left, _evens, target, zero);
                left = problem->PadLeft / 2;
                Pixels(source, problem, (2 * left) + 1 - problem->PadLeft, 2, left, _columns - _evens, target + (_evens * Channels), zero);
            }
        }
    }

    /// <summary>Every <paramref name="step"/>th pixel of a line from <paramref name="column"/> on, with the input's zero point at the left and where the line ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixels(byte* line, DepthwiseProblem* problem, int column, int step, int left, int count, byte* target, byte zero)
    {
        left = Math.Min(left, count);
        int inside = Math.Clamp((problem->InW - column + step - 1) / step, 0, count - left);
        int channels = Channels;
        byte* source = line + ((nint)column * problem->Channels);
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
