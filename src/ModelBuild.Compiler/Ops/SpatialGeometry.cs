using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Kernel, strides, pads and dilations of a sliding window over one to three spatial axes, with auto_pad resolved where sizes are known.</summary>
/// <param name="Kernel">Window sizes.</param>
/// <param name="Strides">Steps.</param>
/// <param name="Pads">Begins, then ends (ONNX order).</param>
/// <param name="Dilations">Distances between taps.</param>
public sealed record SpatialGeometry(long[] Kernel, long[] Strides, long[] Pads, long[] Dilations)
{
    /// <summary>Reads and checks a node's attributes.</summary>
    /// <param name="kernel">From the weights, or null to take <c>kernel_shape</c>.</param>
    /// <param name="spatial">Input's spatial sizes; unknown ones leave SAME padding unresolved as zeros.</param>
    public static SpatialGeometry Of(Node node, long[]? kernel, IReadOnlyList<Dim> spatial)
    {
        AttributeMap map = node.Attributes;
        int n = spatial.Count;
        long[] window = map.GetInts("kernel_shape") ?? kernel ?? throw NodeErrors.Invalid(node, "attribute kernel_shape is missing.");
        if (kernel is not null && !window.AsSpan().SequenceEqual(kernel))
        {
            throw NodeErrors.Shape(node, $"kernel_shape [{string.Join(',', window)}] is not that of the weights [{string.Join(',', kernel)}].");
        }

        long[] strides = map.GetInts("strides") ?? [.. Enumerable.Repeat(1L, n)];
        long[] dilations = map.GetInts("dilations") ?? [.. Enumerable.Repeat(1L, n)];
        long[] pads = map.GetInts("pads") ?? new long[2 * n];
        Check(node, "kernel_shape", window, n, 1);
        Check(node, "strides", strides, n, 1);
        Check(node, "dilations", dilations, n, 1);
        Check(node, "pads", pads, 2 * n, 0);
        string auto = map.GetString("auto_pad", "NOTSET");
        if (auto is "SAME_UPPER" or "SAME_LOWER")
        {
            pads = new long[2 * n];
            for (int i = 0; i < n; i++)
            {
                if (spatial[i].IsKnown)
                {
                    long output = (spatial[i].Value + strides[i] - 1) / strides[i];
                    long total = Math.Max(((output - 1) * strides[i]) + ((window[i] - 1) * dilations[i]) + 1 - spatial[i].Value, 0);
                    pads[i] = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
                    pads[i + n] = total - pads[i];
                }
            }
        }
        else if (auto == "VALID")
        {
            pads = new long[2 * n];
        }
        else if (auto != "NOTSET")
        {
            throw NodeErrors.Attribute(node, "auto_pad", auto, "Use NOTSET, VALID, SAME_UPPER or SAME_LOWER.");
        }

        return new SpatialGeometry(window, strides, pads, dilations);
    }

    /// <summary>Output sizes.</summary>
    public Dim[] Output(Node node, IReadOnlyList<Dim> spatial, bool ceil)
    {
        Dim[] output = new Dim[spatial.Count];
        for (int i = 0; i < output.Length; i++)
        {
            int axis = i;
            bool same = node.Attributes.GetString("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
            output[i] = spatial[i].Map(size => OutputSize(node, size, axis, ceil && !same));
        }

        return output;
    }

    private long OutputSize(Node node, long size, int axis, bool ceil)
    {
        int n = Kernel.Length;
        long padded = size + Pads[axis] + Pads[axis + n];
        long reach = ((Kernel[axis] - 1) * Dilations[axis]) + 1;
        if (padded < reach)
        {
            throw NodeErrors.Shape(node, $"a window of {reach} does not fit a padded input of {padded}.");
        }

        long output = ((padded - reach + (ceil ? Strides[axis] - 1 : 0)) / Strides[axis]) + 1;

        // A window that would start in the padding behind the input is dropped.
        return ceil && (output - 1) * Strides[axis] >= size + Pads[axis] ? output - 1 : output;
    }

    private static void Check(Node node, string name, long[] values, int count, long minimum)
    {
        if (values.Length != count || values.Any(v => v < minimum || v > 1 << 24))
        {
            throw NodeErrors.Invalid(node, $"{name} [{string.Join(',', values)}] must be {count} numbers from {minimum}.");
        }
    }
}
