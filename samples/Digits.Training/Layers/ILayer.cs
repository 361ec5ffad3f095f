namespace Digits.Training.Layers;

/// <summary>A differentiable step. Arrays hold one row per example; a layer keeps what its backward pass needs until the next forward pass.</summary>
internal interface ILayer
{
    /// <summary>Values per example that go in.</summary>
    int InputSize { get; }

    /// <summary>Values per example that come out.</summary>
    int OutputSize { get; }

    /// <summary>The trained tensors; empty for a layer without.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Computes the outputs of the first <paramref name="count"/> rows of <paramref name="input"/>.</summary>
    float[] Forward(float[] input, int count);

    /// <summary>Adds to the parameters' gradients and computes the gradient of the input.</summary>
    float[] Backward(float[] outputGradient, int count);
}
