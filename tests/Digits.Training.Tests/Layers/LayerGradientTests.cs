using Digits.Drawing;
using Digits.Training.Layers;

namespace Digits.Training.Tests.Layers;

public sealed class LayerGradientTests
{
    private const double SlopeTolerance = 1e-3;

    [Fact]
    public void Dense()
    {
        var random = new SplitMix64(1, 1);
        var layer = new Dense(21, 18, ref random);
        GradientCheck.Run(layer, GradientCheck.Random(ref random, 3 * layer.InputSize), 3);
    }

    [Theory]
    [InlineData(7, 6, 3, 5)]
    [InlineData(6, 5, 16, 32)]
    public void Conv2D(int height, int width, int inputChannels, int filters)
    {
        var random = new SplitMix64(1, 2);
        var layer = new Conv2D(height, width, inputChannels, filters, needsInputGradient: true, ref random);
        GradientCheck.Run(layer, GradientCheck.Random(ref random, 2 * layer.InputSize), 2);
    }

    [Fact]
    public void First_conv2D_has_no_input_gradient()
    {
        var random = new SplitMix64(1, 3);
        var layer = new Conv2D(6, 6, 1, 4, needsInputGradient: false, ref random);
        float[] input = GradientCheck.Random(ref random, 2 * layer.InputSize);
        GradientCheck.Run(layer, input, 2, checkInput: false);
        Assert.Empty(layer.Backward(new float[2 * layer.OutputSize], 2));
    }

    [Fact]
    public void MaxPooling2D_with_odd_sides()
    {
        var random = new SplitMix64(1, 4);
        var layer = new MaxPooling2D(5, 7, 3);
        GradientCheck.Run(layer, GradientCheck.Separated(ref random, 2 * layer.InputSize), 2);
    }

    [Fact]
    public void Relu()
    {
        var random = new SplitMix64(1, 5);
        var layer = new Relu(20);
        GradientCheck.Run(layer, GradientCheck.Separated(ref random, 2 * layer.InputSize), 2);
    }

    [Fact]
    public void SoftmaxCrossEntropy()
    {
        var random = new SplitMix64(1, 6);
        var head = new SoftmaxCrossEntropy(10);
        int[] labels = [3, 0, 9];
        float[] logits = GradientCheck.Random(ref random, labels.Length * 10);
        float[] probabilities = [.. logits];
        head.Softmax(probabilities);
        float[] gradient = head.Gradient(probabilities, labels);
        for (int i = 0; i < logits.Length; i++)
        {
            double slope = (Loss(i, 0.01f) - Loss(i, -0.01f)) / 0.02;
            Assert.InRange(gradient[i], slope - SlopeTolerance, slope + SlopeTolerance);
        }

        double Loss(int index, float change)
        {
            float[] moved = [.. logits];
            moved[index] += change;
            head.Softmax(moved);
            return head.Loss(moved, labels);
        }
    }
}
