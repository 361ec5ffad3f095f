using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Maximum over windows with the positions of the maxima, and its inverse, over up to three spatial axes of an NCHW tensor (ONNX MaxPool 22, MaxUnpool 22).</summary>
public static class MaxPoolIndices
{
    /// <summary>
    /// The maximum of each window and where it lies in the whole input; of equal elements the first counts. Padding takes no part. A window without any element gives the
    /// smallest value and the index -1. NaN in a window gives the first NaN.
    /// </summary>
    /// <param name="x">The input [planes, input].</param>
    /// <param name="y">The result [planes, output].</param>
    /// <param name="indices">The positions, of the shape of <paramref name="y"/>.</param>
    /// <param name="planes">The number of images times that of channels.</param>
    /// <param name="input">The three sizes of a plane.</param>
    /// <param name="output">The three sizes of a plane of the result.</param>
    /// <param name="kernel">The sizes of a window.</param>
    /// <param name="strides">The steps from a window to the next.</param>
    /// <param name="pads">The padding before each axis.</param>
    /// <param name="dilations">The steps from an element of a window to the next.</param>
    /// <param name="columnMajor">Whether positions in a plane are counted with the first axis innermost (storage_order 1).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<T> x, Span<T> y, Span<long> indices, int planes, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides,
        ReadOnlySpan<int> pads, ReadOnlySpan<int> dilations, bool columnMajor)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        int inPlane = checked(input[0] * input[1] * input[2]);
        Throw.IfShorter(x.Length, (long)planes * inPlane, nameof(x));
        Throw.IfShorter(y.Length, (long)planes * output[0] * output[1] * output[2], nameof(y));
        Throw.IfShorter(indices.Length, (long)planes * output[0] * output[1] * output[2], nameof(indices));
        int at = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            ReadOnlySpan<T> source = x.Slice(plane * inPlane, inPlane);
            for (int od = 0; od < output[0]; od++)
            {
                var depth = new PoolWindow(od, kernel[0], strides[0], pads[0], dilations[0], input[0]);
                for (int oh = 0; oh < output[1]; oh++)
                {
                    var rows = new PoolWindow(oh, kernel[1], strides[1], pads[1], dilations[1], input[1]);
                    for (int ow = 0; ow < output[2]; ow++, at++)
                    {
                        var columns = new PoolWindow(ow, kernel[2], strides[2], pads[2], dilations[2], input[2]);
                        long best = -1;
                        T max = ElementMath.Lowest<T>();
                        for (int d = 0; d < depth.Count; d++)
                        {
                            int planeAt = depth.Start + (d * dilations[0]);
                            for (int r = 0; r < rows.Count; r++)
                            {
                                int row = rows.Start + (r * dilations[1]);
                                for (int c = 0; c < columns.Count; c++)
                                {
                                    int column = columns.Start + (c * dilations[2]);
                                    T value = source[(((planeAt * input[1]) + row) * input[2]) + column];
                                    if (best < 0 || value > max || (T.IsNaN(value) && !T.IsNaN(max)))
                                    {
                                        max = value;
                                        best = columnMajor
                                            ? planeAt + ((long)input[0] * (row + ((long)input[1] * column)))
                                            : (((planeAt * (long)input[1]) + row) * input[2]) + column;
                                    }
                                }
                            }
                        }

                        y[at] = max;
                        indices[at] = best < 0 ? -1 : ((long)plane * inPlane) + best;
                    }
                }
            }
        }
    }

    /// <summary>Puts each element at the position that its index tells; the rest is 0.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="indices">Their positions in [planes, inferred].</param>
    /// <param name="y">The result [planes, output]; where output is larger than inferred, the rest at the end of each axis is 0.</param>
    /// <param name="planes">The number of images times that of channels.</param>
    /// <param name="inferred">The three sizes of a plane that the indices refer to.</param>
    /// <param name="output">The three sizes of a plane of the result, each at least that of <paramref name="inferred"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpool<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> indices, Span<T> y, int planes, ReadOnlySpan<int> inferred, ReadOnlySpan<int> output)
        where T : unmanaged
    {
        Throw.IfShorter(indices.Length, x.Length, nameof(indices));
        int outPlane = checked(output[0] * output[1] * output[2]);
        Throw.IfShorter(y.Length, (long)planes * outPlane, nameof(y));
        y[..(planes * outPlane)].Clear();
        int inPlane = checked(inferred[0] * inferred[1] * inferred[2]);
        for (int i = 0; i < x.Length; i++)
        {
            long index = indices[i];
            if (index < 0 || index >= (long)planes * inPlane)
            {
                Throw.OutOfRange(nameof(indices), index, $"The index must be from 0 to {((long)planes * inPlane) - 1}.");
            }

            int plane = (int)(index / inPlane);
            int position = (int)(index % inPlane);
            int column = position % inferred[2];
            int row = position / inferred[2] % inferred[1];
            int depth = position / inferred[2] / inferred[1];
            y[(plane * outPlane) + (((depth * output[1]) + row) * output[2]) + column] = x[i];
        }
    }
}
