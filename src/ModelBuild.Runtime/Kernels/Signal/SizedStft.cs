namespace ModelBuild.Kernels;

/// <summary>Spectra of windows that move over signals (ONNX STFT 17), whose step or length a call gives.</summary>
public static class SizedStft
{
    /// <summary>The number of frames.</summary>
    /// <param name="step">One element: the elements from a frame to the next.</param>
    /// <param name="length">One element: the elements of a frame; absent for <paramref name="frame"/>.</param>
    /// <param name="frame">The elements of the window, or of the signal where there is none.</param>
    /// <param name="hasWindow">Whether there is a window, as long as the frames.</param>
    /// <param name="signal">The elements of a signal.</param>
    /// <exception cref="ArgumentException">The frames do not lie within the signal, or are not as long as the window.</exception>
    public static long Frames(ReadOnlySpan<long> step, ReadOnlySpan<long> length, int frame, bool hasWindow, int signal)
    {
        Read(step, length, frame, hasWindow, signal, out long distance, out int elements);
        return ((signal - elements) / distance) + 1;
    }

    /// <summary>The number of elements of a spectrum.</summary>
    /// <param name="step">As for <see cref="Frames"/>.</param>
    /// <param name="length">As for <see cref="Frames"/>.</param>
    /// <param name="frame">As for <see cref="Frames"/>.</param>
    /// <param name="hasWindow">As for <see cref="Frames"/>.</param>
    /// <param name="signal">As for <see cref="Frames"/>.</param>
    /// <param name="oneSided">Whether it is the first half only.</param>
    /// <exception cref="ArgumentException">As for <see cref="Frames"/>.</exception>
    public static long Bins(ReadOnlySpan<long> step, ReadOnlySpan<long> length, int frame, bool hasWindow, int signal, bool oneSided)
    {
        Read(step, length, frame, hasWindow, signal, out _, out int elements);
        return oneSided ? (elements / 2) + 1 : elements;
    }

    /// <summary>Transforms all frames.</summary>
    /// <param name="x">The signals [batch, signal, parts].</param>
    /// <param name="step">As for <see cref="Frames"/>.</param>
    /// <param name="window">Factors, or empty for 1.</param>
    /// <param name="length">As for <see cref="Frames"/>.</param>
    /// <param name="y">The result [batch, frames, bins, 2]; of no meaning where these are not the numbers that the values give.</param>
    /// <param name="scratch">Six elements for each of a frame.</param>
    /// <param name="frame">As for <see cref="Frames"/>.</param>
    /// <param name="batch">The number of signals.</param>
    /// <param name="signal">As for <see cref="Frames"/>.</param>
    /// <param name="parts">1 for real numbers, 2 for complex ones.</param>
    /// <param name="frames">The number of frames.</param>
    /// <param name="bins">The elements of a spectrum.</param>
    /// <param name="oneSided">As for <see cref="Bins"/>.</param>
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<long> step,
        ReadOnlySpan<float> window,
        ReadOnlySpan<long> length,
        Span<float> y,
        Span<double> scratch,
        int frame,
        int batch,
        int signal,
        int parts,
        int frames,
        int bins,
        bool oneSided)
    {
        long distance = Math.Max(1, step[0]);
        long n = length.IsEmpty ? frame : length[0];
        bool fits = n >= 1 && n <= signal && 6 * n <= scratch.Length && (window.IsEmpty || window.Length == n) && (oneSided ? (n / 2) + 1 : n) == bins && ((signal - n) / distance) + 1 == frames;
        if (!fits)
        {
            Counts.Repeat(x, y);
            return;
        }

        Span<double> twiddles = scratch[..(2 * (int)n)];
        FourierTables.Fill(twiddles, (int)n);
        Fourier.StftF32(x, window, twiddles, y, scratch[twiddles.Length..], batch, signal, parts, frames, (int)Math.Min(distance, int.MaxValue), (int)n, bins);
    }

    private static void Read(ReadOnlySpan<long> step, ReadOnlySpan<long> length, int frame, bool hasWindow, int signal, out long distance, out int elements)
    {
        Throw.IfShorter(step.Length, 1, nameof(step));
        distance = step[0];
        long given = length.IsEmpty ? frame : length[0];
        if (distance < 1 || given < 1 || given > signal)
        {
            Throw.Argument($"STFT: frames of {given} elements every {distance} do not fit a signal of {signal}.", nameof(length));
        }

        if (hasWindow && given != frame)
        {
            Throw.Argument($"STFT: a window of {frame} elements does not fit frames of {given}.", nameof(length));
        }

        elements = (int)given;
    }
}
