using Digits.Drawing;

namespace Digits.Training;

/// <summary>
/// Trains on images that are drawn as they are needed, each seen once. One thread and a fixed order of every sum:
/// the weights are the same on every machine.
/// </summary>
internal sealed class Trainer(DigitsNetwork network, DigitPainter painter)
{
    /// <summary>Images per step.</summary>
    public const int BatchSize = 64;

    private const double FirstLearningRate = 2e-3;
    private const double LastLearningRate = 2e-5;

    private readonly AdamOptimizer _optimizer = new(network.Parameters);

    /// <summary>Trains for <paramref name="steps"/> batches; the learning rate falls by half a parabola.</summary>
    /// <param name="steps">Number of batches.</param>
    /// <param name="report">Receives the step and the mean loss of its batch.</param>
    public void Train(int steps, Action<int, double> report)
    {
        for (int step = 0; step < steps; step++)
        {
            DigitSet batch = DigitSet.Draw(painter, step * BatchSize, BatchSize);
            double loss = network.AddGradient(batch.Images, batch.Labels);
            double left = 1 - (step / (double)steps);
            _optimizer.Step(LastLearningRate + ((FirstLearningRate - LastLearningRate) * left * left));
            report(step, loss);
        }
    }

    /// <summary>The share of <paramref name="set"/> whose most probable digit is the true one.</summary>
    public static double Accuracy(DigitsNetwork network, DigitSet set)
    {
        int correct = 0;
        for (int first = 0; first < set.Labels.Length; first += BatchSize)
        {
            int count = Math.Min(BatchSize, set.Labels.Length - first);
            float[] images = set.Images.AsSpan(first * DigitPainter.PixelCount, count * DigitPainter.PixelCount).ToArray();
            ReadOnlySpan<float> probabilities = network.Predict(images, count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> row = probabilities.Slice(i * DigitsNetwork.ClassCount, DigitsNetwork.ClassCount);
                int best = 0;
                for (int j = 1; j < row.Length; j++)
                {
                    best = row[j] > row[best] ? j : best;
                }

                correct += best == set.Labels[first + i] ? 1 : 0;
            }
        }

        return correct / (double)set.Labels.Length;
    }
}
