using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>An activation function of a recurrent operator with its parameters.</summary>
internal sealed record RecurrentFunction(RecurrentActivation Kind, float Alpha, float Beta)
{
    /// <summary>True for the functions that take a value from <c>activation_alpha</c>.</summary>
    public static bool TakesAlpha(RecurrentActivation kind) => kind is RecurrentActivation.Affine or RecurrentActivation.LeakyRelu or RecurrentActivation.ThresholdedRelu
        or RecurrentActivation.ScaledTanh or RecurrentActivation.HardSigmoid or RecurrentActivation.Elu;

    /// <summary>True for the functions that take a value from <c>activation_beta</c>.</summary>
    public static bool TakesBeta(RecurrentActivation kind) => kind is RecurrentActivation.Affine or RecurrentActivation.ScaledTanh or RecurrentActivation.HardSigmoid;

    /// <summary>The function with the parameters that its own operator has by default.</summary>
    public static RecurrentFunction Of(RecurrentActivation kind) => kind switch
    {
        RecurrentActivation.Affine => new RecurrentFunction(kind, 1, 0),
        RecurrentActivation.LeakyRelu => new RecurrentFunction(kind, 0.01f, 0),
        RecurrentActivation.ThresholdedRelu => new RecurrentFunction(kind, 1, 0),
        RecurrentActivation.ScaledTanh => new RecurrentFunction(kind, 1, 1),
        RecurrentActivation.HardSigmoid => new RecurrentFunction(kind, 0.2f, 0.5f),
        RecurrentActivation.Elu => new RecurrentFunction(kind, 1, 0),
        _ => new RecurrentFunction(kind, 0, 0),
    };

    /// <summary>The function's value.</summary>
    public double Apply(double x) => Kind switch
    {
        RecurrentActivation.Relu => Math.Max(0, x),
        RecurrentActivation.Tanh => Math.Tanh(x),
        RecurrentActivation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        RecurrentActivation.Affine => (Alpha * x) + Beta,
        RecurrentActivation.LeakyRelu => x < 0 ? Alpha * x : x,
        RecurrentActivation.ThresholdedRelu => x > Alpha ? x : 0,
        RecurrentActivation.ScaledTanh => Alpha * Math.Tanh(Beta * x),
        RecurrentActivation.HardSigmoid => Math.Max(0, Math.Min(1, (Alpha * x) + Beta)),
        RecurrentActivation.Elu => x < 0 ? Alpha * (Math.Exp(x) - 1) : x,
        RecurrentActivation.Softsign => x / (1 + Math.Abs(x)),
        RecurrentActivation.Softplus => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        _ => throw new InvalidOperationException($"There is no function '{Kind}'."),
    };
}
