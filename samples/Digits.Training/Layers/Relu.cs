namespace Digits.Training.Layers;

/// <summary>max(x, 0); the gradient at 0 is 0.</summary>
internal sealed class Relu(int size) : ILayer
{
    private float[] _output = [];
    private float[] _inputGradient = [];

    /// <inheritdoc/>
    public int InputSize => size;

    /// <inheritdoc/>
    public int OutputSize => size;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [];

    /// <inheritdoc/>
    public float[] Forward(float[] input, int count)
    {
        Buffer.Ensure(ref _output, count * size);
        for (int i = 0; i < count * size; i++)
        {
            _output[i] = Math.Max(input[i], 0f);
        }

        return _output;
    }

    /// <inheritdoc/>
    public float[] Backward(float[] outputGradient, int count)
    {
        Buffer.Ensure(ref _inputGradient, count * size);
        for (int i = 0; i < count * size; i++)
        {
            _inputGradient[i] = _output[i] > 0 ? outputGradient[i] : 0f;
        }

        return _inputGradient;
    }
}
