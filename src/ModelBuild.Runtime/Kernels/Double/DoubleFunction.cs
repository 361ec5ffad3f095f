namespace ModelBuild.Kernels;

/// <summary>Functions of one binary64 element; the names are those of the operators of ONNX.</summary>
public enum DoubleFunction
{
#pragma warning disable CS1591 // The names say it.
    Acos,
    Acosh,
    Asin,
    Asinh,
    Atan,
    Atanh,
    Ceil,
    Celu,
    Cos,
    Cosh,
    Elu,
    Erf,
    Exp,
    Floor,
    Gelu,
    GeluTanh,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    Log,
    Mish,
    Reciprocal,
    Round,
    Selu,
    Sigmoid,
    Silu,
    Sin,
    Sinh,
    Softplus,
    Softsign,
    Sqrt,
    Tan,
    Tanh,
    ThresholdedRelu,
#pragma warning restore CS1591
}
