using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Legacy;

/// <summary>scale * x plus a bias for each channel of an image [N,C,H,W] (experimental operator of ONNX 1 to 1.4).</summary>
internal sealed class ImageScaler : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "ImageScaler";

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        float[] bias = parts.Attributes.TryGet("bias", out FloatsAttribute? given) ? given.Values : [];
        Shape shape = parts.ShapeOf(x);
        if (shape.Rank != 4 || (shape[1].IsKnown && shape[1].Value != bias.Length))
        {
            throw NodeErrors.Shape(parts.Node, $"{bias.Length} biases do not fit the channels of {shape}; an image [N,C,H,W] is needed.");
        }

        ElementTypes.Require(parts.Node, 0, x.Type.DType, DTypes.IsFloat, "floating-point elements");
        Value scaled = parts.Add("Mul", [x, parts.Scalar(x, parts.Attributes.GetFloat("scale", 1))]);
        Value perChannel = parts.Constant(Tensor.Create<float>(bias, bias.Length, 1, 1));
        return [parts.Add("Add", [scaled, parts.Cast(perChannel, x.Type.DType)])];
    }
}
