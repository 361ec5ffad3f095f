using Digits.Drawing;
using Digits.Training.Numerics;

namespace Digits.Training.Layers;

/// <summary>
/// A convolution (cross-correlation) with 3 by 3 windows, stride 1, no padding, NHWC, kernel stored (3, 3, in, out) as Keras does:
/// im2col and a matrix product, image by image so that the columns stay in cache.
/// </summary>
internal sealed class Conv2D : ILayer
{
    /// <summary>Height and width of the window.</summary>
    public const int KernelSize = 3;

    private readonly int _width;
    private readonly int _inputChannels;
    private readonly int _outputHeight;
    private readonly int _outputWidth;
    private readonly int _filters;
    private readonly bool _needsInputGradient;
    private readonly float[] _columns;
    private readonly float[] _transposed;
    private float[] _input = [];
    private float[] _output = [];
    private float[] _inputGradient = [];

    /// <summary>A layer with Glorot uniform weights and zero bias.</summary>
    /// <param name="height">Height of the input.</param>
    /// <param name="width">Width of the input.</param>
    /// <param name="inputChannels">Channels of the input.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="needsInputGradient">False for a first layer: <see cref="Backward"/> then returns an empty array.</param>
    /// <param name="random">Source of the initial weights.</param>
    public Conv2D(int height, int width, int inputChannels, int filters, bool needsInputGradient, ref SplitMix64 random)
    {
        _width = width;
        _inputChannels = inputChannels;
        _outputHeight = height - KernelSize + 1;
        _outputWidth = width - KernelSize + 1;
        _filters = filters;
        _needsInputGradient = needsInputGradient;
        InputSize = height * width * inputChannels;
        Kernel = new Parameter("kernel", KernelSize, KernelSize, inputChannels, filters);
        Bias = new Parameter("bias", filters);
        Kernel.FillGlorotUniform(ref random, KernelSize * KernelSize * inputChannels, KernelSize * KernelSize * filters);
        _columns = new float[Positions * Depth];
        _transposed = new float[Depth * filters];
    }

    /// <summary>Weights, shape (3, 3, in, out).</summary>
    public Parameter Kernel { get; }

    /// <summary>Bias, shape (out).</summary>
    public Parameter Bias { get; }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize => Positions * _filters;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [Kernel, Bias];

    private int Positions => _outputHeight * _outputWidth;

    private int Depth => KernelSize * KernelSize * _inputChannels;

    /// <inheritdoc/>
    public float[] Forward(float[] input, int count)
    {
        _input = input;
        Buffer.Ensure(ref _output, count * OutputSize);
        for (int position = 0; position < count * Positions; position++)
        {
            Bias.Value.CopyTo(_output, position * _filters);
        }

        for (int image = 0; image < count; image++)
        {
            GatherColumns(image);
            Gemm.MultiplyAdd(Positions, Depth, _filters, _columns, Depth, 1, Kernel.Value, _output.AsSpan(image * OutputSize, OutputSize));
        }

        return _output;
    }

    /// <inheritdoc/>
    public float[] Backward(float[] outputGradient, int count)
    {
        Matrix.Transpose(Kernel.Value, Depth, _filters, _transposed);
        Buffer.Ensure(ref _inputGradient, _needsInputGradient ? count * InputSize : 0);
        Array.Clear(_inputGradient);
        for (int image = 0; image < count; image++)
        {
            ReadOnlySpan<float> gradient = outputGradient.AsSpan(image * OutputSize, OutputSize);
            for (int i = 0; i < gradient.Length; i += _filters)
            {
                for (int j = 0; j < _filters; j++)
                {
                    Bias.Gradient[j] += gradient[i + j];
                }
            }

            GatherColumns(image);
            Gemm.MultiplyAdd(Depth, Positions, _filters, _columns, 1, Depth, gradient, Kernel.Gradient);
            if (_needsInputGradient)
            {
                Array.Clear(_columns);
                Gemm.MultiplyAdd(Positions, _filters, Depth, gradient, _filters, 1, _transposed, _columns);
                ScatterColumns(image);
            }
        }

        return _inputGradient;
    }

    private void GatherColumns(int image)
    {
        int run = KernelSize * _inputChannels;
        Span<float> destination = _columns;
        for (int y = 0; y < _outputHeight; y++)
        {
            for (int x = 0; x < _outputWidth; x++)
            {
                for (int ky = 0; ky < KernelSize; ky++)
                {
                    _input.AsSpan(WindowRow(image, y + ky, x), run).CopyTo(destination);
                    destination = destination[run..];
                }
            }
        }
    }

    private void ScatterColumns(int image)
    {
        int run = KernelSize * _inputChannels;
        ReadOnlySpan<float> source = _columns;
        for (int y = 0; y < _outputHeight; y++)
        {
            for (int x = 0; x < _outputWidth; x++)
            {
                for (int ky = 0; ky < KernelSize; ky++)
                {
                    Span<float> destination = _inputGradient.AsSpan(WindowRow(image, y + ky, x), run);
                    for (int i = 0; i < run; i++)
                    {
                        destination[i] += source[i];
                    }

                    source = source[run..];
                }
            }
        }
    }

    private int WindowRow(int image, int y, int x) => (image * InputSize) + (((y * _width) + x) * _inputChannels);
}
