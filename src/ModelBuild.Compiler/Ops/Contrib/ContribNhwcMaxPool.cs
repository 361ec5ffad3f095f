using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>MaxPool of 8-bit images whose channels are the last axis.</summary>
internal sealed class ContribNhwcMaxPool() : ContribOp("NhwcMaxPool", 1, 1)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        int rank = parts.ShapeOf(x).Rank;
        if (rank < 3)
        {
            throw NodeErrors.Shape(parts.Node, $"the operand {x.Type.Shape} needs a batch, channels and space.");
        }

        Value image = parts.Transpose(x, [0, rank - 1, .. Enumerable.Range(1, rank - 2).Select(i => (long)i)]);
        Value y = parts.Add("MaxPool", [image], parts.Attributes.Clone());
        return [parts.Transpose(y, [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i), 1])];
    }
}
