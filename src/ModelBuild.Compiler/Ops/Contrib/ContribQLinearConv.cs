using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>QLinearConv of com.microsoft: the standard one, whose images may have their channels last.</summary>
internal sealed class ContribQLinearConv() : ContribOp("QLinearConv", 8, 9)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        AttributeMap attributes = parts.Attributes.Clone();
        attributes.Remove("channels_last");
        Value?[] operands = [.. Enumerable.Range(0, 9).Select(parts.InputOrNull)];
        if (parts.Attributes.GetInt("channels_last", 0) == 0)
        {
            return [parts.Add("QLinearConv", operands, attributes)];
        }

        int rank = parts.ShapeOf(parts.Input(0)).Rank;
        if (rank < 3)
        {
            throw NodeErrors.Shape(parts.Node, $"the operand {parts.Input(0).Type.Shape} needs a batch, channels and space.");
        }

        operands[0] = parts.Transpose(parts.Input(0), [0, rank - 1, .. Enumerable.Range(1, rank - 2).Select(i => (long)i)]);
        return [parts.Transpose(parts.Add("QLinearConv", operands, attributes), [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i), 1])];
    }
}
