using Digits.Drawing;
using Digits.Training.Layers;

namespace Digits.Training.Tests;

public sealed class TrainerTests
{
    private const int LinearSteps = 300;
    private const double LinearCeiling = 0.8;
    private const double LinearFloor = 0.5;

    [Fact]
    public void Training_twice_gives_the_same_weights_and_lowers_the_loss()
    {
        (float[] first, double early, double late) = TrainBriefly();
        (float[] second, _, _) = TrainBriefly();
        Assert.Equal(first, second);
        Assert.True(late < early, $"loss went from {early} to {late}");
    }

    [Fact]
    public void A_linear_classifier_stays_clearly_below_the_network()
    {
        var random = new SplitMix64(8, 0);
        var linear = new Dense(DigitPainter.PixelCount, DigitsNetwork.ClassCount, ref random);
        var head = new SoftmaxCrossEntropy(DigitsNetwork.ClassCount);
        var optimizer = new AdamOptimizer(linear.Parameters);
        var painter = new DigitPainter(9);
        for (int step = 0; step < LinearSteps; step++)
        {
            DigitSet batch = DigitSet.Draw(painter, step * Trainer.BatchSize, Trainer.BatchSize);
            float[] logits = linear.Forward(batch.Images, Trainer.BatchSize);
            head.Softmax(logits.AsSpan(0, Trainer.BatchSize * DigitsNetwork.ClassCount));
            linear.Backward(head.Gradient(logits, batch.Labels), Trainer.BatchSize);
            optimizer.Step(2e-3);
        }

        DigitSet test = DigitSet.Draw(new DigitPainter(10), 0, 1000);
        float[] scores = linear.Forward(test.Images, test.Labels.Length);
        int correct = 0;
        for (int i = 0; i < test.Labels.Length; i++)
        {
            ReadOnlySpan<float> row = scores.AsSpan(i * DigitsNetwork.ClassCount, DigitsNetwork.ClassCount);
            correct += PlainNetwork.ArgMax(row) == test.Labels[i] ? 1 : 0;
        }

        Assert.InRange(correct / (double)test.Labels.Length, LinearFloor, LinearCeiling);
    }

    private static (float[] Weights, double Early, double Late) TrainBriefly()
    {
        var network = new DigitsNetwork(1);
        List<double> losses = [];
        new Trainer(network, new DigitPainter(2)).Train(12, (_, loss) => losses.Add(loss));
        return ([.. network.Parameters.SelectMany(parameter => parameter.Value)], losses[0], losses[^1]);
    }
}
