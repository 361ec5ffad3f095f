using Digits.Training.Numerics;

namespace Digits.Training.Layers;

/// <summary>Softmax, and the mean over the batch of the cross-entropy against the true classes.</summary>
internal sealed class SoftmaxCrossEntropy(int classes)
{
    private float[] _gradient = [];

    /// <summary>Replaces each row of <paramref name="logits"/> by its probabilities.</summary>
    public void Softmax(Span<float> logits)
    {
        for (int row = 0; row < logits.Length; row += classes)
        {
            Span<float> values = logits.Slice(row, classes);
            double largest = values[0];
            foreach (float value in values)
            {
                largest = Math.Max(largest, value);
            }

            double sum = 0;
            foreach (float value in values)
            {
                sum += PortableMath.Exp(value - largest);
            }

            foreach (ref float value in values)
            {
                value = (float)(PortableMath.Exp(value - largest) / sum);
            }
        }
    }

    /// <summary>The mean of <c>-log p[label]</c>.</summary>
    public double Loss(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels)
    {
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            sum -= Math.Log(Math.Max(probabilities[(i * classes) + labels[i]], float.Epsilon));
        }

        return sum / labels.Length;
    }

    /// <summary>The gradient of <see cref="Loss"/> with respect to the logits.</summary>
    public float[] Gradient(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels)
    {
        Buffer.Ensure(ref _gradient, labels.Length * classes);
        for (int i = 0; i < labels.Length; i++)
        {
            for (int j = 0; j < classes; j++)
            {
                float target = j == labels[i] ? 1f : 0f;
                _gradient[(i * classes) + j] = (probabilities[(i * classes) + j] - target) / labels.Length;
            }
        }

        return _gradient;
    }
}
