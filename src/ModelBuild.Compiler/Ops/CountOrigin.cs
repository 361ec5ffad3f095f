using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops;

/// <summary>Tells where an integer that names a size comes from, behind operators that only move it.</summary>
internal static class CountOrigin
{
    private const int MaxDepth = 16;

    /// <summary>A text that is equal for elements that are the same number in every call.</summary>
    /// <param name="value">A vector or scalar of integers.</param>
    /// <param name="element">Which of them.</param>
    public static string Of(Value value, long element)
    {
        for (int depth = 0; depth < MaxDepth && Behind(value, element) is { } behind; depth++)
        {
            (value, element) = behind;
        }

        return FormattableString.Invariant($"{value.Name}[{element}]");
    }

    private static (Value Value, long Element)? Behind(Value value, long element)
    {
        if (value.Producer is not { Domain: "" } node)
        {
            return null;
        }

        bool isVector = node.InputOrNull(0)?.Type.Shape is { Rank: 1 };
        switch (node.OpType)
        {
            case "Identity" or "Squeeze" or "Unsqueeze" or "Reshape" or "Flatten":
            case "Cast" when node.Input(0).Type.DType is DType.I32 or DType.I64 && value.Type.DType is DType.I32 or DType.I64:
                return (node.Input(0), element);
            case "Concat" when value.Type.Shape is { Rank: 1 }:
                foreach (Value? part in node.Inputs)
                {
                    if (part?.Type.Shape is not { IsStatic: true } shape)
                    {
                        return null;
                    }

                    if (element < shape.ElementCount)
                    {
                        return (part, element);
                    }

                    element -= shape.ElementCount;
                }

                return null;
            case "Gather" when isVector && node.Input(1).Constant is { } indices && node.Input(0).Type.Shape![0] is { IsKnown: true } length:
                return (node.Input(0), Shapes.Index.Normalize(node, Elements.Integers(node, 1, indices)[element], (int)length.Value));
            case "Slice" when isVector && node.Input(0).Type.Shape!.IsStatic && Enumerable.Range(1, 4).All(i => node.InputOrNull(i) is null or { Constant: not null }):
                SliceRange range = SliceRange.Resolve(node, node.Input(0).Type.Shape!.ToArray(), node.Input(1).Constant!, node.Input(2).Constant!, node.InputOrNull(3)?.Constant, node.InputOrNull(4)?.Constant);
                return (node.Input(0), range.Starts[0] + (element * range.Steps[0]));
            case "Split" when isVector && node.Outputs.All(o => o?.Type.IsStatic != false):
                int output = Enumerable.Range(0, node.Outputs.Count).First(i => node.Outputs[i] == value);
                return node.Outputs.Take(output).Contains(null) ? null : (node.Input(0), node.Outputs.Take(output).Sum(o => o!.Type.Shape!.ElementCount) + element);
            default:
                return null;
        }
    }
}
