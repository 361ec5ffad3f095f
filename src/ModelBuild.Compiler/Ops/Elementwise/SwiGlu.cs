using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Swish of the gate times the second input, both of one shape (ONNX SwiGLU 28).</summary>
internal sealed class SwiGlu : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "SwiGLU";

    private protected override int MinInputs => 2;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value a = parts.Input(0);
        Value b = parts.Input(1);
        Shape shape = parts.ShapeOf(a);
        Shape other = parts.ShapeOf(b);
        if (shape.Rank != other.Rank || shape.Zip(other).Any(p => p.First.IsKnown && p.Second.IsKnown && p.First != p.Second))
        {
            throw NodeErrors.Shape(parts.Node, $"the gate {shape} and the input {other} must have one shape.");
        }

        return [parts.Add("Mul", [Swish.Of(parts, a, parts.Attributes.GetFloat("alpha", 1)), b])];
    }
}
