using Digits.Drawing;

namespace Digits.Training;

/// <summary>A trained tensor in the layout of Keras: dense (in, out), convolution (height, width, in, out), bias (out).</summary>
internal sealed class Parameter
{
    /// <summary>Creates a tensor of zeros.</summary>
    public Parameter(string name, params int[] shape)
    {
        Name = name;
        Shape = shape;
        int length = shape.Aggregate(1, (product, dim) => product * dim);
        Value = new float[length];
        Gradient = new float[length];
    }

    /// <summary>Name inside its layer: <c>kernel</c> or <c>bias</c>.</summary>
    public string Name { get; }

    /// <summary>Lengths of the axes.</summary>
    public int[] Shape { get; }

    /// <summary>The values, last axis contiguous.</summary>
    public float[] Value { get; }

    /// <summary>The gradient of the loss, summed over the batch.</summary>
    public float[] Gradient { get; }

    /// <summary>Fills with Glorot uniform values (Glorot, Bengio: "Understanding the difficulty of training deep feedforward neural networks", 2010).</summary>
    public void FillGlorotUniform(ref SplitMix64 random, int fanIn, int fanOut)
    {
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
        for (int i = 0; i < Value.Length; i++)
        {
            Value[i] = (float)random.NextDouble(-limit, limit);
        }
    }
}
