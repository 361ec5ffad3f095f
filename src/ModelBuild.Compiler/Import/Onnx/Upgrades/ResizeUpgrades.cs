using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Upsample and early Resize become Resize with asymmetric coordinates, which is what they computed; later Resize loses empty inputs.</summary>
internal static class ResizeUpgrades
{
    /// <summary>Opset 1 gave the two scales as attributes.</summary>
    public static void Upsample6(PendingNode node)
    {
        float height = node.Attributes.GetFloat("height_scale", 0);
        float width = node.Attributes.GetFloat("width_scale", 0);
        node.Attributes.Remove("height_scale");
        node.Attributes.Remove("width_scale");
        if (height > 0 && width > 0)
        {
            node.Attributes["scales"] = new FloatsAttribute([1, 1, height, width]);
        }
    }

    /// <summary>Opset 7 gave all scales as an attribute.</summary>
    public static void Upsample8(PendingNode node)
    {
        if (!node.Attributes.TryGet("scales", out FloatsAttribute? scales))
        {
            throw node.Unsupported("scales", "It is missing.");
        }

        node.SetInput(1, node.Constant("scales", Tensor.Vector<float>(scales.Values)));
        node.Attributes.Remove("scales");
    }

    /// <summary>Opset 9 gives the scales as the second input.</summary>
    public static void Upsample9(PendingNode node)
    {
        node.OpType = "Resize";
        Asymmetric(node);
    }

    /// <summary>Opset 10 had no region of interest and no choice of coordinates.</summary>
    public static void Resize10(PendingNode node) => Asymmetric(node);

    /// <summary>Until opset 13 unused inputs were tensors without elements.</summary>
    public static void EmptyInputs(PendingNode node)
    {
        for (int i = 1; i <= 2; i++)
        {
            if (node.Input(i)?.Constant is { Count: 0 })
            {
                node.SetInput(i, null);
            }
        }

        while (node.Inputs.Count > 0 && node.Inputs[^1] is null)
        {
            node.Inputs.RemoveAt(node.Inputs.Count - 1);
        }
    }

    /// <summary>Before opset 20 the modes were called bilinear and bicubic.</summary>
    public static void GridSample(PendingNode node)
    {
        string mode = node.Attributes.GetString("mode", "bilinear");
        node.Attributes["mode"] = new StringAttribute(mode switch
        {
            "bilinear" => "linear",
            "bicubic" => "cubic",
            _ => mode,
        });
    }

    /// <summary>Before opset 16 coordinates had no half-pixel shift.</summary>
    public static void RoiAlign(PendingNode node)
    {
        if (!node.Attributes.Contains("coordinate_transformation_mode"))
        {
            node.Attributes["coordinate_transformation_mode"] = new StringAttribute("output_half_pixel");
        }
    }

    private static void Asymmetric(PendingNode node)
    {
        Value? scales = node.Input(1);
        string mode = node.Attributes.GetString("mode", "nearest");
        mode = mode == "bilinear" ? "linear" : mode;
        node.Attributes["mode"] = new StringAttribute(mode);
        node.Attributes["coordinate_transformation_mode"] = new StringAttribute("asymmetric");
        if (mode == "nearest")
        {
            // Runtimes of that opset took the floor when enlarging and the ceiling when shrinking. Scales computed in the graph come from upsampling layers.
            float[] factors = scales?.Constant is { DType: DType.F32 } constant ? constant.Span<float>().ToArray() : [];
            bool shrinks = factors.Any(f => f < 1);
            if (shrinks && factors.Any(f => f > 1))
            {
                throw node.Unsupported("scales", "It enlarges one axis and shrinks another. Export the model with opset 11 or later.");
            }

            node.Attributes["nearest_mode"] = new StringAttribute(shrinks ? "ceil" : "floor");
        }

        node.SetInput(1, null);
        node.SetInput(2, scales);
    }
}
