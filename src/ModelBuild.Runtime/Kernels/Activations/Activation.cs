namespace ModelBuild.Kernels;

/// <summary>
/// The activation function that a kernel applies to its result; <c>alpha</c> and <c>beta</c> are the kernel's literals of those names.
/// </summary>
public enum Activation
{
    /// <summary>x.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, alpha), beta). Relu6 is alpha 0, beta 6.</summary>
    Clip,

    /// <summary>x where x is at least 0, else alpha * x (ONNX LeakyRelu).</summary>
    LeakyRelu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>x * sigmoid(x), also called Swish.</summary>
    Silu,

    /// <summary>x * max(0, min(1, x / 6 + 0.5)) (ONNX HardSwish 14).</summary>
    HardSwish,

    /// <summary>max(0, min(1, alpha * x + beta)) (ONNX HardSigmoid).</summary>
    HardSigmoid,

    /// <summary>x where x is at least 0, else alpha * (exp(x) - 1) (ONNX Elu).</summary>
    Elu,

    /// <summary>0.5 * x * (1 + erf(x / sqrt(2))): the exact form (ONNX Gelu 20, approximate = none).</summary>
    Gelu,
}
