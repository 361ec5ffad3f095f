using Digits.Drawing;
using Digits.Training.Layers;

namespace Digits.Training.Tests.Layers;

/// <summary>Compares a layer's backward pass with central differences of a random linear function of its output.</summary>
internal static class GradientCheck
{
    // Outputs are float32 sums of up to some hundred terms of size 1; divided by the step, their rounding leaves about 1e-3.
    private const double Step = 1.0 / 64;
    private const double Tolerance = 4e-3;
    private const int MaxProbes = 60;

    /// <summary>Checks the gradients of the parameters and, if asked, of the input.</summary>
    public static void Run(ILayer layer, float[] input, int count, bool checkInput = true)
    {
        var random = new SplitMix64(99, 0);
        float[] direction = Random(ref random, count * layer.OutputSize);
        layer.Forward(input, count);
        float[] inputGradient = [.. layer.Backward(direction, count)];
        double Loss()
        {
            float[] output = layer.Forward(input, count);
            double sum = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                sum += (double)output[i] * direction[i];
            }

            return sum;
        }

        foreach (Parameter parameter in layer.Parameters)
        {
            Compare(parameter.Value, parameter.Gradient, Loss);
        }

        if (checkInput)
        {
            Compare(input, inputGradient, Loss);
        }
    }

    /// <summary>Compares <paramref name="gradient"/> with the slope of <paramref name="loss"/> along single <paramref name="values"/>.</summary>
    public static void Compare(float[] values, float[] gradient, Func<double> loss)
    {
        Assert.Contains(gradient.Take(values.Length), g => g != 0);
        int stride = Math.Max(1, values.Length / MaxProbes);
        for (int i = 0; i < values.Length; i += stride)
        {
            float kept = values[i];
            values[i] = kept + (float)Step;
            double above = loss();
            float upper = values[i];
            values[i] = kept - (float)Step;
            double below = loss();
            double slope = (above - below) / (upper - values[i]);
            values[i] = kept;
            Assert.InRange(gradient[i], slope - (Tolerance * (1 + Math.Abs(slope))), slope + (Tolerance * (1 + Math.Abs(slope))));
        }
    }

    /// <summary>Values in [-1, 1].</summary>
    public static float[] Random(ref SplitMix64 random, int length)
    {
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)random.NextDouble(-1, 1);
        }

        return values;
    }

    /// <summary>The values 0.1, -0.2, 0.3, ... in random order: far apart compared with the step of the differences.</summary>
    public static float[] Separated(ref SplitMix64 random, int length)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = 0.1f * (i + 1) * (i % 2 == 0 ? 1 : -1);
        }

        for (int i = length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }

        return values;
    }
}
