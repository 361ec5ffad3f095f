using PureHDF;

namespace Digits.Training.Tests;

/// <summary>The network as plain loops over the weights of an <c>.h5</c> file; shares no code with the trainer.</summary>
internal sealed class PlainNetwork
{
    private readonly (float[] Kernel, float[] Bias)[] _convolutions;
    private readonly (float[] Kernel, float[] Bias)[] _denses;

    public PlainNetwork(string path)
    {
        using var file = H5File.OpenRead(path);
        IH5Group weights = file.Group("model_weights");
        (float[] Kernel, float[] Bias) Load(string layer)
        {
            string[] names = weights.Group(layer).Attribute("weight_names").Read<string[]>();
            return (weights.Group(layer).Dataset(names[0]).Read<float[]>(), weights.Group(layer).Dataset(names[1]).Read<float[]>());
        }

        _convolutions = [Load("conv2d"), Load("conv2d_1"), Load("conv2d_2")];
        _denses = [Load("dense"), Load("dense_1")];
    }

    /// <summary>The ten logits of one image.</summary>
    public float[] Logits(ReadOnlySpan<float> image)
    {
        float[] values = Pool(Convolve(image.ToArray(), 28, 1, 0), 26, 32);
        values = Pool(Convolve(values, 13, 32, 1), 11, 64);
        values = Convolve(values, 5, 64, 2);
        values = Connect(values, _denses[0]);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Max(values[i], 0);
        }

        return Connect(values, _denses[1]);
    }

    /// <summary>The index of the first largest value.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private float[] Convolve(float[] input, int size, int channels, int index)
    {
        (float[] kernel, float[] bias) = _convolutions[index];
        int filters = bias.Length;
        int outputSize = size - 2;
        float[] output = new float[outputSize * outputSize * filters];
        for (int position = 0; position < outputSize * outputSize; position++)
        {
            Span<float> sums = output.AsSpan(position * filters, filters);
            bias.CopyTo(sums);
            for (int tap = 0; tap < 9; tap++)
            {
                int y = (position / outputSize) + (tap / 3);
                int x = (position % outputSize) + (tap % 3);
                for (int c = 0; c < channels; c++)
                {
                    float value = input[(((y * size) + x) * channels) + c];
                    ReadOnlySpan<float> row = kernel.AsSpan(((tap * channels) + c) * filters, filters);
                    for (int f = 0; value != 0 && f < sums.Length; f++)
                    {
                        sums[f] += value * row[f];
                    }
                }
            }

            foreach (ref float sum in sums)
            {
                sum = Math.Max(sum, 0);
            }
        }

        return output;
    }

    private static float[] Pool(float[] input, int size, int channels)
    {
        int outputSize = size / 2;
        float[] output = new float[outputSize * outputSize * channels];
        Array.Fill(output, float.NegativeInfinity);
        for (int y = 0; y < 2 * outputSize; y++)
        {
            for (int x = 0; x < 2 * outputSize; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    ref float largest = ref output[((((y / 2) * outputSize) + (x / 2)) * channels) + c];
                    largest = Math.Max(largest, input[(((y * size) + x) * channels) + c]);
                }
            }
        }

        return output;
    }

    private static float[] Connect(float[] input, (float[] Kernel, float[] Bias) layer)
    {
        float[] output = [.. layer.Bias];
        for (int i = 0; i < input.Length; i++)
        {
            for (int j = 0; j < output.Length; j++)
            {
                output[j] += input[i] * layer.Kernel[(i * output.Length) + j];
            }
        }

        return output;
    }
}
