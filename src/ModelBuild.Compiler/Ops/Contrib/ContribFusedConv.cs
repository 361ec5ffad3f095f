using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Conv, an addend of the result's shape, an activation function.</summary>
internal sealed class ContribFusedConv() : ContribOp("FusedConv", 2, 4)
{
    private static readonly string[] s_convolution = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];

    /// <inheritdoc/>
    public override string? Limits => "Activations: Clip, Gelu, HardSigmoid, HardSwish, LeakyRelu, Relu, Sigmoid, Tanh.";

    private protected override Value?[] Build(PartsBuilder parts)
    {
        AttributeMap attributes = [];
        foreach (string name in s_convolution.Where(parts.Attributes.Contains))
        {
            attributes[name] = parts.Attributes[name];
        }

        Value y = parts.Add("Conv", [parts.Input(0), parts.Input(1), parts.InputOrNull(2)], attributes);
        Value sum = parts.InputOrNull(3) is { } addend ? parts.Add("Add", [y, addend]) : y;
        float[] parameters = parts.Attributes.TryGet("activation_params", out FloatsAttribute? given) ? given.Values : [];
        return [ContribActivation.Add(parts, sum, parts.Attributes.GetString("activation", ""), parameters)];
    }
}
