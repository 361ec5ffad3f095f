using Digits.Drawing;
using Digits.Training.Layers;

namespace Digits.Training;

/// <summary>
/// The network of the sample, 93,322 parameters: three 3 by 3 convolutions of 32, 64 and 64 filters with ReLU, 2 by 2 max pooling after
/// the first two, a dense layer of 64 with ReLU, a dense layer of 10 with softmax. NHWC, so that flattening moves nothing.
/// </summary>
internal sealed class DigitsNetwork
{
    /// <summary>Number of digits.</summary>
    public const int ClassCount = 10;

    private readonly ILayer[] _layers;
    private readonly SoftmaxCrossEntropy _head = new(ClassCount);

    /// <summary>A network with random weights.</summary>
    public DigitsNetwork(ulong seed)
    {
        var random = new SplitMix64(seed, 0);
        Conv1 = new Conv2D(28, 28, 1, 32, needsInputGradient: false, ref random);
        Conv2 = new Conv2D(13, 13, 32, 64, needsInputGradient: true, ref random);
        Conv3 = new Conv2D(5, 5, 64, 64, needsInputGradient: true, ref random);
        Dense1 = new Dense(3 * 3 * 64, 64, ref random);
        Dense2 = new Dense(64, ClassCount, ref random);
        _layers =
        [
            Conv1,
            new Relu(Conv1.OutputSize),
            new MaxPooling2D(26, 26, 32),
            Conv2,
            new Relu(Conv2.OutputSize),
            new MaxPooling2D(11, 11, 64),
            Conv3,
            new Relu(Conv3.OutputSize),
            Dense1,
            new Relu(Dense1.OutputSize),
            Dense2,
        ];
    }

    /// <summary>First convolution.</summary>
    public Conv2D Conv1 { get; }

    /// <summary>Second convolution.</summary>
    public Conv2D Conv2 { get; }

    /// <summary>Third convolution.</summary>
    public Conv2D Conv3 { get; }

    /// <summary>Hidden dense layer.</summary>
    public Dense Dense1 { get; }

    /// <summary>Dense layer before the softmax.</summary>
    public Dense Dense2 { get; }

    /// <summary>All trained tensors, in the order of the layers.</summary>
    public IEnumerable<Parameter> Parameters => _layers.SelectMany(layer => layer.Parameters);

    /// <summary>The probabilities of the ten digits for each of <paramref name="count"/> images.</summary>
    public ReadOnlySpan<float> Predict(float[] images, int count) => Run(images, count).AsSpan(0, count * ClassCount);

    /// <summary>Adds the gradient of the mean loss of a batch to the parameters.</summary>
    /// <returns>The mean loss.</returns>
    public double AddGradient(float[] images, ReadOnlySpan<int> labels)
    {
        float[] probabilities = Run(images, labels.Length);
        float[] gradient = _head.Gradient(probabilities, labels);
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            gradient = _layers[i].Backward(gradient, labels.Length);
        }

        return _head.Loss(probabilities, labels);
    }

    private float[] Run(float[] images, int count)
    {
        float[] values = images;
        foreach (ILayer layer in _layers)
        {
            values = layer.Forward(values, count);
        }

        _head.Softmax(values.AsSpan(0, count * ClassCount));
        return values;
    }
}
