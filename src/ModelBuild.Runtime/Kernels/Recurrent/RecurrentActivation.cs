namespace ModelBuild.Kernels;

/// <summary>The activation function of a recurrent network's gates; <c>alpha</c> and <c>beta</c> stand beside it in the kernel's literals.</summary>
public enum RecurrentActivation
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>alpha * x + beta.</summary>
    Affine,

    /// <summary>x where x is at least 0, else alpha * x.</summary>
    LeakyRelu,

    /// <summary>x where x is above alpha, else 0.</summary>
    ThresholdedRelu,

    /// <summary>alpha * tanh(beta * x).</summary>
    ScaledTanh,

    /// <summary>max(0, min(1, alpha * x + beta)).</summary>
    HardSigmoid,

    /// <summary>x where x is at least 0, else alpha * (exp(x) - 1).</summary>
    Elu,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus,
}
