using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Convolutions and pools over one to three spatial axes, with every way of padding.</summary>
internal static class WindowTemplates
{
    public static bool IsImage(Value value) => Drawing.Rank(value) is 3 or 4 or 5;

    public static Value Conv(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        long groups = draw.Int(0, 3) switch { 0 => dims[1], 1 when dims[1] % 2 == 0 => 2, _ => 1 };
        long outputs = groups * (groups == dims[1] ? draw.Pick(1L, 1, 1, 2) : groups == 1 ? draw.Channels() : draw.Int(1, 9));
        AttributeMap attributes = Window(draw, dims, dilations: true);
        attributes.Add("group", groups);
        Value w = draw.Weights(Scale(dims[1] / groups, attributes), [outputs, dims[1] / groups, .. attributes.GetInts("kernel_shape")!]);
        return draw.Add("Conv", draw.Chance(0.7) ? [x, w, draw.Weights(0.5f, outputs)] : [x, w], attributes);
    }

    public static Value ConvTranspose(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        int axes = dims.Length - 2;
        long groups = dims[1] % 2 == 0 && draw.Chance(0.3) ? 2 : draw.Chance(0.2) ? dims[1] : 1;
        long[] kernel = Each(axes, () => draw.Int(1, 3));

        // Stride 1 is another operator behind a pass; pads that cut off more than a window reaches are its near miss.
        long[] strides = draw.Chance(0.4) ? Each(axes, () => 1) : Each(axes, () => draw.Int(1, 3));
        long[] pads = [.. kernel.Select(k => (long)draw.Int(0, (int)k - 1)), .. kernel.Select(k => (long)draw.Int(0, (int)k - 1))];
        for (int i = 0; i < axes; i++)
        {
            if (((dims[2 + i] - 1) * strides[i]) + kernel[i] - pads[i] - pads[axes + i] < 1)
            {
                pads[i] = 0;
                pads[axes + i] = 0;
            }
        }

        AttributeMap attributes = new() { { "kernel_shape", kernel }, { "strides", strides }, { "pads", pads }, { "group", groups } };
        if (draw.Chance(0.4))
        {
            attributes.Add("output_padding", [.. strides.Select(s => (long)draw.Int(0, (int)s - 1))]);
        }

        long outputs = draw.Int(1, 9);
        Value w = draw.Weights(Scale(dims[1], attributes), [dims[1], outputs, .. kernel]);
        return draw.Add("ConvTranspose", draw.Chance(0.5) ? [x, w, draw.Weights(0.5f, outputs * groups)] : [x, w], attributes);
    }

    public static Value Pool(Drawing draw, Value x)
    {
        string op = draw.Pick("MaxPool", "AveragePool", "MaxPool", "AveragePool", "LpPool");
        AttributeMap attributes = Window(draw, Drawing.Dims(x), dilations: op != "LpPool" && draw.Chance(0.3), automatic: op != "LpPool");
        if (op == "AveragePool" && draw.Chance(0.5))
        {
            attributes.Add("count_include_pad", 1L);
        }

        if (op == "LpPool")
        {
            attributes.Add("p", (long)draw.Int(1, 3));
        }

        return draw.Add(op, [x], attributes);
    }

    public static Value GlobalPool(Drawing draw, Value x) => draw.Add(draw.Pick("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), [x]);

    /// <summary>Kernel, strides, dilations and pads that leave at least one window.</summary>
    private static AttributeMap Window(Drawing draw, long[] dims, bool dilations, bool automatic = true)
    {
        int axes = dims.Length - 2;
        long[] kernel = Each(axes, () => draw.Pick(1L, 2, 3, 3, 3, 5));
        long[] steps = Each(axes, () => dilations && draw.Chance(0.3) ? 2 : 1);
        long[] pads = new long[2 * axes];

        // ONNX Runtime leaves dilations out of the automatic padding of pools, and lets that of LpPool be negative; the specification does not.
        automatic = automatic && draw.Chance(0.25) && steps.All(s => s == 1);
        for (int i = 0; i < axes; i++)
        {
            while (kernel[i] > 1 && ((kernel[i] - 1) * steps[i]) + 1 > dims[2 + i])
            {
                kernel[i]--;
            }

            if (!automatic && draw.Chance(0.6))
            {
                pads[i] = draw.Int(0, (int)kernel[i] - 1);
                pads[axes + i] = draw.Int(0, (int)kernel[i] - 1);
            }
        }

        AttributeMap attributes = new() { { "kernel_shape", kernel }, { "strides", Each(axes, () => draw.Pick(1L, 1, 2, 3)) } };
        if (steps.Any(s => s > 1))
        {
            attributes.Add("dilations", steps);
        }

        if (automatic)
        {
            attributes.Add("auto_pad", draw.Pick("SAME_UPPER", "SAME_LOWER", "VALID"));
        }
        else
        {
            attributes.Add("pads", pads);
        }

        return attributes;
    }

    // Keeps sums near the size of the operands, so that chains neither vanish nor overflow.
    private static float Scale(long channels, AttributeMap attributes) => 1.7f / MathF.Sqrt(channels * attributes.GetInts("kernel_shape")!.Aggregate(1L, (a, b) => a * b));

    private static long[] Each(int count, Func<long> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
