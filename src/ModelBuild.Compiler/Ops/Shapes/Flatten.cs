using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Flatten-13: two dimensions, split at an axis.</summary>
public sealed class Flatten : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => "Flatten";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 1;

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant)
    {
        long axis = node.Attributes.GetInt("axis", 1);
        int split = axis == input.Rank ? input.Rank : Axes.Normalize(node, axis, input.Rank);
        Dim one = 1;
        return new Shape(input.Take(split).Aggregate(one, (a, b) => a * b), input.Skip(split).Aggregate(one, (a, b) => a * b));
    }
}
