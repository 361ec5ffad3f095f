namespace Digits.Training.Layers;

/// <summary>The largest of each 2 by 2 window, stride 2, NHWC; an odd last row or column is dropped ("valid").</summary>
internal sealed class MaxPooling2D(int height, int width, int channels) : ILayer
{
    private readonly int _outputHeight = height / 2;
    private readonly int _outputWidth = width / 2;
    private float[] _output = [];
    private float[] _inputGradient = [];
    private int[] _winners = [];

    /// <inheritdoc/>
    public int InputSize => height * width * channels;

    /// <inheritdoc/>
    public int OutputSize => _outputHeight * _outputWidth * channels;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [];

    /// <inheritdoc/>
    public float[] Forward(float[] input, int count)
    {
        Buffer.Ensure(ref _output, count * OutputSize);
        if (_winners.Length < count * OutputSize)
        {
            _winners = new int[count * OutputSize];
        }

        int at = 0;
        for (int image = 0; image < count; image++)
        {
            for (int y = 0; y < _outputHeight; y++)
            {
                for (int x = 0; x < _outputWidth; x++)
                {
                    int corner = (image * InputSize) + (((2 * y * width) + (2 * x)) * channels);
                    for (int c = 0; c < channels; c++, at++)
                    {
                        int winner = Larger(input, corner + c, corner + channels + c);
                        winner = Larger(input, winner, corner + (width * channels) + c);
                        winner = Larger(input, winner, corner + ((width + 1) * channels) + c);
                        _winners[at] = winner;
                        _output[at] = input[winner];
                    }
                }
            }
        }

        return _output;
    }

    /// <inheritdoc/>
    public float[] Backward(float[] outputGradient, int count)
    {
        Buffer.Ensure(ref _inputGradient, count * InputSize);
        Array.Clear(_inputGradient, 0, count * InputSize);
        for (int i = 0; i < count * OutputSize; i++)
        {
            _inputGradient[_winners[i]] = outputGradient[i];
        }

        return _inputGradient;
    }

    private static int Larger(float[] values, int first, int second) => values[second] > values[first] ? second : first;
}
