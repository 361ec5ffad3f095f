using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>A depthwise convolution over present and earlier places, whose last inputs are carried to the next call (ONNX CausalConvWithState 27).</summary>
internal sealed class CausalConvWithState : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "CausalConvWithState";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 4;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[1]!.Type.Shape is { IsStatic: true };

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        Value weights = parts.Input(1);
        string activation = parts.Attributes.GetString("activation", "none");
        if (activation is not ("none" or "silu" or "swish"))
        {
            throw NodeErrors.Attribute(parts.Node, "activation", activation, "It must be none, silu or swish.");
        }

        Shape shape = parts.ShapeOf(x);
        long[] kernel = parts.ShapeOf(weights).ToArray();
        if (shape.Rank != 3 || kernel.Length != 3 || kernel[1] != 1 || kernel[2] < 1 || (shape[1].IsKnown && shape[1].Value != kernel[0]))
        {
            throw NodeErrors.Shape(parts.Node, $"weights {weights.Type.Shape} do not fit an operand {shape}; [batch, channels, length] and [channels, 1, k] are needed.");
        }

        long carried = kernel[2] - 1;
        Value padded = parts.InputOrNull(3) is { } past
            ? parts.Concat(2, past, x)
            : parts.Add("Pad", [x, parts.Ints(0, 0, carried, 0, 0, 0), parts.Scalar(x, 0)]);
        Value y = parts.Add("Conv", [padded, weights, parts.InputOrNull(2)], new AttributeMap { { "group", kernel[0] }, { "kernel_shape", new[] { kernel[2] } } });
        Value present = parts.Slice(padded, 2, carried == 0 ? long.MaxValue : -carried, long.MaxValue);
        return [activation == "none" ? y : Swish.Of(parts, y, 1), present];
    }
}
