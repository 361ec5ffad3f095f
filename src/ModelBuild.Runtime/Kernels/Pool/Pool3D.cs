using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Pooling over three spatial axes of an NDHWC tensor (ONNX MaxPool 22, AveragePool 22, LpPool 22).</summary>
public static class Pool3D
{
    /// <summary>The maximum of each window. Padding takes no part. A window without any element gives the smallest value; NaN in a window gives NaN.</summary>
    /// <param name="x">The input [batch, inD, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outD, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of volumes.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="input">inD, inH, inW.</param>
    /// <param name="output">outD, outH, outW; windows may reach past the padding at the end (ceil_mode).</param>
    /// <param name="kernel">The sizes of a window.</param>
    /// <param name="strides">The steps from a window to the next.</param>
    /// <param name="pads">The padding before each axis, then after each axis.</param>
    /// <param name="dilations">The steps from an element of a window to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max<T>(
        ReadOnlySpan<T> x, Span<T> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides, ReadOnlySpan<int> pads,
        ReadOnlySpan<int> dilations)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var windows = new Pool3DWindows(x.Length, y.Length, batch, channels, input, output, kernel, strides, pads, dilations);
        y[..windows.ResultLength].Fill(ElementMath.Lowest<T>());
        while (windows.MoveNext())
        {
            Span<T> result = y.Slice(windows.Result, channels);
            while (windows.MoveNextElement())
            {
                BinaryLoop.Run<T, Binary.MaxOperator<T>>(result, x.Slice(windows.Element, channels), result);
            }
        }
    }

    /// <summary>
    /// The mean of each window: elements are added in order of depth, rows and columns, the sum is multiplied by the reciprocal of the count, which is as in
    /// <see cref="AveragePool.F32"/>. A window without elements gives 0.
    /// </summary>
    /// <param name="x">The input [batch, inD, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outD, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of volumes.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="input">inD, inH, inW.</param>
    /// <param name="output">outD, outH, outW; windows may reach past the padding at the end (ceil_mode).</param>
    /// <param name="kernel">The sizes of a window.</param>
    /// <param name="strides">The steps from a window to the next.</param>
    /// <param name="pads">The padding before each axis, then after each axis.</param>
    /// <param name="dilations">The steps from an element of a window to the next.</param>
    /// <param name="countIncludePad">Whether padding counts as zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AverageF32(
        ReadOnlySpan<float> x, Span<float> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides,
        ReadOnlySpan<int> pads, ReadOnlySpan<int> dilations, bool countIncludePad)
    {
        var windows = new Pool3DWindows(x.Length, y.Length, batch, channels, input, output, kernel, strides, pads, dilations);
        y[..windows.ResultLength].Clear();
        while (windows.MoveNext())
        {
            Span<float> result = y.Slice(windows.Result, channels);
            int count = countIncludePad ? windows.PaddedCount : windows.Count;
            while (windows.MoveNextElement())
            {
                BinaryLoop.Run<float, Binary.AddOperator<float>>(result, x.Slice(windows.Element, channels), result);
            }

            float scale = count > 0 ? 1f / count : 0f;
            BinaryLoop.RunRightScalar<float, Binary.MulOperator<float>>(result, new ReadOnlySpan<float>(in scale), result);
        }
    }

    /// <summary>The p-norm of each window, summed in double precision; padding counts as zeros.</summary>
    /// <param name="x">The input [batch, inD, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outD, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of volumes.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="input">inD, inH, inW.</param>
    /// <param name="output">outD, outH, outW; windows may reach past the padding at the end (ceil_mode).</param>
    /// <param name="kernel">The sizes of a window.</param>
    /// <param name="strides">The steps from a window to the next.</param>
    /// <param name="pads">The padding before each axis, then after each axis.</param>
    /// <param name="dilations">The steps from an element of a window to the next.</param>
    /// <param name="p">The order of the norm, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LpF32(
        ReadOnlySpan<float> x, Span<float> y, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides,
        ReadOnlySpan<int> pads, ReadOnlySpan<int> dilations, int p)
    {
        var windows = new Pool3DWindows(x.Length, y.Length, batch, channels, input, output, kernel, strides, pads, dilations);
        while (windows.MoveNext())
        {
            for (int c = 0; c < channels; c++)
            {
                double sum = 0;
                windows.Restart();
                while (windows.MoveNextElement())
                {
                    sum += LpPool.Power(x[windows.Element + c], p);
                }

                y[windows.Result + c] = LpPool.Root(sum, p);
            }
        }
    }
}
