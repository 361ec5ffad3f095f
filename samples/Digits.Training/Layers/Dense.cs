using Digits.Drawing;
using Digits.Training.Numerics;

namespace Digits.Training.Layers;

/// <summary>A fully connected layer: <c>y = x W + b</c>, W stored (in, out) as Keras does.</summary>
internal sealed class Dense : ILayer
{
    private readonly float[] _transposed;
    private float[] _input = [];
    private float[] _output = [];
    private float[] _inputGradient = [];

    /// <summary>A layer with Glorot uniform weights and zero bias.</summary>
    public Dense(int inputSize, int outputSize, ref SplitMix64 random)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        Kernel = new Parameter("kernel", inputSize, outputSize);
        Bias = new Parameter("bias", outputSize);
        Kernel.FillGlorotUniform(ref random, inputSize, outputSize);
        _transposed = new float[inputSize * outputSize];
    }

    /// <summary>Weights, shape (in, out).</summary>
    public Parameter Kernel { get; }

    /// <summary>Bias, shape (out).</summary>
    public Parameter Bias { get; }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [Kernel, Bias];

    /// <inheritdoc/>
    public float[] Forward(float[] input, int count)
    {
        _input = input;
        Buffer.Ensure(ref _output, count * OutputSize);
        for (int i = 0; i < count; i++)
        {
            Bias.Value.CopyTo(_output, i * OutputSize);
        }

        Gemm.MultiplyAdd(count, InputSize, OutputSize, input, InputSize, 1, Kernel.Value, _output);
        return _output;
    }

    /// <inheritdoc/>
    public float[] Backward(float[] outputGradient, int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < OutputSize; j++)
            {
                Bias.Gradient[j] += outputGradient[(i * OutputSize) + j];
            }
        }

        Gemm.MultiplyAdd(InputSize, count, OutputSize, _input, 1, InputSize, outputGradient, Kernel.Gradient);
        Matrix.Transpose(Kernel.Value, InputSize, OutputSize, _transposed);
        Buffer.Ensure(ref _inputGradient, count * InputSize);
        Array.Clear(_inputGradient, 0, count * InputSize);
        Gemm.MultiplyAdd(count, OutputSize, InputSize, outputGradient, OutputSize, 1, _transposed, _inputGradient);
        return _inputGradient;
    }
}
