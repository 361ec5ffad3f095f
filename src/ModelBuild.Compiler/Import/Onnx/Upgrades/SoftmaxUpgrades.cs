using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Before opset 13 the dimensions from <c>axis</c> (default 1) on were taken together; from 13 on <c>axis</c> (default -1) alone counts.</summary>
internal static class SoftmaxUpgrades
{
    /// <summary>Keeps the meaning: a plain axis where the others after it have size 1, else Flatten, the operator, Reshape.</summary>
    public static void Flattened(PendingNode node)
    {
        long axis = node.Attributes.GetInt("axis", 1);
        Shape? shape = node.Input(0)?.Type.Shape;
        if (shape is null)
        {
            if (axis == -1)
            {
                node.Attributes["axis"] = new IntAttribute(-1);
                return;
            }
        }
        else
        {
            axis = axis < 0 ? axis + shape.Rank : axis;
            if (axis < 0 || axis >= Math.Max(shape.Rank, 1))
            {
                throw node.Unsupported("axis", $"It must lie between {-shape.Rank} and {shape.Rank - 1}.");
            }

            // One axis of the tail that is not of size 1 is the same as all of it.
            int[] large = [.. Enumerable.Range((int)axis, Math.Max(0, shape.Rank - (int)axis)).Where(i => shape[i] != new Dim(1))];
            if (large.Length <= 1)
            {
                int only = large.Length == 1 ? large[0] : Math.Max(shape.Rank - 1, 0);
                node.Attributes["axis"] = new IntAttribute(only == shape.Rank - 1 ? -1 : only);
                return;
            }
        }

        Value input = node.Inputs[0]!;
        Value size = shape is { IsStatic: true }
            ? node.Constant("shape", Tensor.Vector<long>(shape.ToArray()))
            : node.Before("shape", "Shape", [input]);
        node.SetInput(0, node.Before("flatten", "Flatten", [input], new AttributeMap { { "axis", axis } }));
        node.Attributes["axis"] = new IntAttribute(-1);
        node.Append("Reshape", [size]);
    }
}
