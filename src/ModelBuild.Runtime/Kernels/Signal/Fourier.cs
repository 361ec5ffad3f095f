using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Discrete Fourier transforms (ONNX DFT 20, STFT 17) of any length, in double precision: the work is the length times the sum of its prime factors.</summary>
public static unsafe class Fourier
{
    /// <summary>Tells the number of scratch elements of a transform.</summary>
    /// <param name="length">The length of the transform.</param>
    public static int ScratchLength(int length) => checked(4 * length);

    /// <summary>The transform along the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand [outer, inLength, inner, inParts]; what lies beyond the length of the transform is left out, what is missing is 0.</param>
    /// <param name="twiddles">The table of <see cref="FourierTables.Twiddles"/>.</param>
    /// <param name="y">The result [outer, outLength, inner, outParts].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="inner">The elements between the axis and the parts.</param>
    /// <param name="length">The length of the transform.</param>
    /// <param name="inLength">The elements of the operand's axis.</param>
    /// <param name="inParts">1 for real numbers, 2 for complex ones.</param>
    /// <param name="outLength">The elements of the result's axis.</param>
    /// <param name="outParts">1 where only the real part is kept.</param>
    /// <param name="inverse">Whether it is the inverse transform, with the factor 1 / length.</param>
    /// <param name="mirrored">Whether the operand holds the first half only of a spectrum whose other half is its mirrored conjugate.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DftF32(
        ReadOnlySpan<float> x, ReadOnlySpan<double> twiddles, Span<float> y, Span<double> scratch, int outer, int inner, int length, int inLength, int inParts, int outLength, int outParts,
        bool inverse, bool mirrored)
    {
        Throw.IfShorter(x.Length, (long)outer * inLength * inner * inParts, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * outLength * inner * outParts, nameof(y));
        Check(twiddles, scratch, length, outLength);
        for (int row = 0; row < outer * inner; row++)
        {
            int source = ((row / inner * inLength * inner) + (row % inner)) * inParts;
            int given = Math.Min(inLength, mirrored ? (length / 2) + 1 : length);
            scratch[..(2 * length)].Clear();
            for (int i = 0; i < given; i++)
            {
                int at = source + (i * inner * inParts);
                scratch[2 * i] = x[at];
                scratch[(2 * i) + 1] = inParts == 2 ? x[at + 1] : 0;
                if (mirrored && i > 0 && 2 * i < length)
                {
                    scratch[2 * (length - i)] = scratch[2 * i];
                    scratch[(2 * (length - i)) + 1] = -scratch[(2 * i) + 1];
                }
            }

            ReadOnlySpan<double> result = Transform(scratch, twiddles, length, inverse);
            double scale = inverse ? 1.0 / length : 1;
            int target = ((row / inner * outLength * inner) + (row % inner)) * outParts;
            for (int i = 0; i < outLength; i++)
            {
                int at = target + (i * inner * outParts);
                y[at] = (float)(result[2 * i] * scale);
                if (outParts == 2)
                {
                    y[at + 1] = (float)(result[(2 * i) + 1] * scale);
                }
            }
        }
    }

    /// <summary>The transforms of windows that move over signals.</summary>
    /// <param name="x">The signals [batch, signal, parts].</param>
    /// <param name="window">Factors [length], or empty for 1.</param>
    /// <param name="twiddles">The table of <see cref="FourierTables.Twiddles"/>.</param>
    /// <param name="y">The result [batch, frames, bins, 2].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of signals.</param>
    /// <param name="signal">The elements of a signal.</param>
    /// <param name="parts">1 for real numbers, 2 for complex ones.</param>
    /// <param name="frames">The number of windows, all of which lie within the signal.</param>
    /// <param name="step">The elements from a window to the next.</param>
    /// <param name="length">The elements of a window, and of the transform.</param>
    /// <param name="bins">The elements of the transform that are kept.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StftF32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> window, ReadOnlySpan<double> twiddles, Span<float> y, Span<double> scratch, int batch, int signal, int parts, int frames, int step, int length,
        int bins)
    {
        Throw.IfShorter(x.Length, (long)batch * signal * parts, nameof(x));
        Throw.IfPresentAndShorter(window.Length, length, nameof(window));
        Throw.IfShorter(y.Length, (long)batch * frames * bins * 2, nameof(y));
        Throw.IfShorter(signal, (((long)frames - 1) * step) + length, nameof(signal));
        Check(twiddles, scratch, length, bins);
        for (int frame = 0; frame < batch * frames; frame++)
        {
            ReadOnlySpan<float> source = x.Slice(((frame / frames * signal) + (frame % frames * step)) * parts, length * parts);
            for (int i = 0; i < length; i++)
            {
                double factor = window.IsEmpty ? 1 : window[i];
                scratch[2 * i] = factor * source[i * parts];
                scratch[(2 * i) + 1] = parts == 2 ? factor * source[(i * parts) + 1] : 0;
            }

            ReadOnlySpan<double> result = Transform(scratch, twiddles, length, inverse: false);
            Span<float> target = y.Slice(frame * bins * 2, bins * 2);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = (float)result[i];
            }
        }
    }

    private static void Check(ReadOnlySpan<double> twiddles, Span<double> scratch, int length, int outLength)
    {
        Throw.IfBelow(length, 1, nameof(length));
        Throw.IfShorter(twiddles.Length, 2L * length, nameof(twiddles));
        Throw.IfShorter(scratch.Length, ScratchLength(length), nameof(scratch));
        Throw.IfShorter(length, outLength, nameof(length));
    }

    /// <summary>
    /// Transforms the first half of the scratch block, with the second half as its counterpart, and tells where the result lies. Before each pass the transforms of length
    /// <c>done</c> of all sequences of every (length / done)-th element are there, [length / done, done]; the pass joins as many of them as the next factor says.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<double> Transform(Span<double> scratch, ReadOnlySpan<double> twiddles, int length, bool inverse)
    {
        double sign = inverse ? -1 : 1;
        fixed (double* block = scratch, w = twiddles)
        {
            double* a = block;
            double* b = block + (2 * length);
            for (int done = 1; done < length;)
            {
                int factor = Factor(length / done);
                int groups = length / done / factor;
                for (int group = 0; group < groups; group++)
                {
                    for (int j = 0; j < done; j++)
                    {
                        for (int r = 0; r < factor; r++)
                        {
                            int turn = (int)((j + ((long)r * done)) * groups % length);
                            double real = 0;
                            double imaginary = 0;
                            int angle = 0;
                            double* element = a + (2 * (((nint)group * done) + j));
                            for (int q = 0; q < factor; q++, element += 2 * (nint)groups * done)
                            {
                                double cos = w[2 * angle];
                                double sin = sign * w[(2 * angle) + 1];
                                real += (element[0] * cos) - (element[1] * sin);
                                imaginary += (element[0] * sin) + (element[1] * cos);
                                angle += turn;
                                angle -= angle >= length ? length : 0;
                            }

                            double* target = b + (2 * (((((nint)group * factor) + r) * done) + j));
                            target[0] = real;
                            target[1] = imaginary;
                        }
                    }
                }

                double* swap = a;
                a = b;
                b = swap;
                done *= factor;
            }

            return a == block ? scratch[..(2 * length)] : scratch.Slice(2 * length, 2 * length);
        }
    }

    /// <summary>The smallest prime factor.</summary>
    private static int Factor(int value)
    {
        for (int factor = 2; factor * (long)factor <= value; factor++)
        {
            if (value % factor == 0)
            {
                return factor;
            }
        }

        return value;
    }
}
