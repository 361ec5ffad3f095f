using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Activation functions in binary64, and as attributes of fused operators.</summary>
public static class ActivationReference
{
    /// <summary>The function of a fused node.</summary>
    public static (Activation Activation, float Alpha, float Beta) Of(AttributeMap map) =>
        (Enum.Parse<Activation>(map.GetString("activation", nameof(Activation.None))), map.GetFloat("alpha", 0), map.GetFloat("beta", 0));

    /// <summary>Applies a function, rounded once.</summary>
    public static float Apply(double x, Activation activation, float alpha, float beta) => (float)(activation switch
    {
        Activation.None => x,
        Activation.Relu => Math.Max(x, 0),
        Activation.Clip => Math.Min(Math.Max(x, alpha), beta),
        Activation.LeakyRelu => x >= 0 ? x : x * alpha,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.HardSwish => x * Math.Clamp((x / 6) + 0.5, 0, 1),
        Activation.HardSigmoid => Math.Clamp((alpha * x) + beta, 0, 1),
        Activation.Elu => x >= 0 ? x : alpha * (Math.Exp(x) - 1),
        Activation.Gelu => 0.5 * x * (1 + Elementwise.ErrorFunction.Erf(x / Math.Sqrt(2))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "The function has no reference form."),
    });

    /// <summary>The fused form of a node that applies an activation function, or null.</summary>
    public static (Activation Activation, float Alpha, float Beta)? Match(Node node) => node.OpType switch
    {
        "Relu" => (Activation.Relu, 0, 0),
        "LeakyRelu" => (Activation.LeakyRelu, node.Attributes.GetFloat("alpha", 0.01f), 0),
        "Sigmoid" => (Activation.Sigmoid, 0, 0),
        "Tanh" => (Activation.Tanh, 0, 0),
        "HardSwish" => (Activation.HardSwish, 0, 0),
        "Elu" => (Activation.Elu, node.Attributes.GetFloat("alpha", 1), 0),
        "Gelu" when node.Attributes.GetString("approximate", "none") == "none" => (Activation.Gelu, 0, 0),
        "HardSigmoid" => (Activation.HardSigmoid, node.Attributes.GetFloat("alpha", 0.2f), node.Attributes.GetFloat("beta", 0.5f)),
        "Clip" when Elementwise.Clip.Bounds(node) is { } b => (Activation.Clip, (float)b.Low, (float)b.High),
        _ => null,
    };
}
