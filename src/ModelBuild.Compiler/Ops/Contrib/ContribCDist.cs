using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>CDist of com.microsoft, which converted models of neighbours contain: the distances of all rows of one matrix to all rows of another.</summary>
internal sealed class ContribCDist() : ContribOp("CDist", 2, 2)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        if (parts.ShapeOf(parts.Input(0)).Rank != 2 || parts.ShapeOf(parts.Input(1)).Rank != 2)
        {
            throw NodeErrors.Shape(parts.Node, $"the operands {parts.Input(0).Type.Shape} and {parts.Input(1).Type.Shape} must be matrices.");
        }

        string metric = parts.Attributes.GetString("metric", "sqeuclidean");
        Value differences = parts.Add("Sub", [parts.Unsqueeze(parts.Input(0), 1), parts.Unsqueeze(parts.Input(1), 0)]);
        AttributeMap attributes = new() { { "keepdims", 0L } };
        return metric switch
        {
            "sqeuclidean" => [parts.Add("ReduceSumSquare", [differences, parts.Ints(2)], attributes)],
            "euclidean" => [parts.Add("ReduceL2", [differences, parts.Ints(2)], attributes)],
            _ => throw Unsupported(parts, "metric", metric, "It must be euclidean or sqeuclidean."),
        };
    }
}
