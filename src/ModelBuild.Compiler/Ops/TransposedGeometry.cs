using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Kernel, strides, pads, dilations and result of a transposed convolution over one to three spatial axes (ONNX ConvTranspose 11), with auto_pad and output_shape resolved.</summary>
/// <param name="Kernel">Window sizes.</param>
/// <param name="Strides">Steps in the result from one input element to the next.</param>
/// <param name="Begin">Elements cut off at the start of each axis.</param>
/// <param name="Dilations">Distances between taps.</param>
/// <param name="Output">Sizes of the result.</param>
public sealed record TransposedGeometry(long[] Kernel, long[] Strides, long[] Begin, long[] Dilations, Dim[] Output)
{
    /// <summary>Reads and checks a node's attributes.</summary>
    /// <param name="kernel">From the weights.</param>
    /// <param name="spatial">Input's spatial sizes.</param>
    /// <exception cref="Diagnostics.ModelBuildException">An attribute contradicts the operator's definition.</exception>
    public static TransposedGeometry Of(Node node, long[] kernel, IReadOnlyList<Dim> spatial)
    {
        AttributeMap map = node.Attributes;
        int n = spatial.Count;
        if (map.GetInts("kernel_shape") is { } given && !given.AsSpan().SequenceEqual(kernel))
        {
            throw NodeErrors.Shape(node, $"kernel_shape [{string.Join(',', given)}] is not that of the weights [{string.Join(',', kernel)}].");
        }

        long[] strides = Ints(node, "strides", n, 1, 1);
        long[] dilations = Ints(node, "dilations", n, 1, 1);
        long[] pads = Ints(node, "pads", 2 * n, 0, 0);
        long[] extra = Ints(node, "output_padding", n, 0, 0);
        string auto = map.GetString("auto_pad", "NOTSET");
        if (auto is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
        {
            throw NodeErrors.Attribute(node, "auto_pad", auto, "Use NOTSET, VALID, SAME_UPPER or SAME_LOWER.");
        }

        // Some exporters give the batch and the channels too.
        long[]? shape = map.GetInts("output_shape");
        shape = shape?.Length == n + 2 ? shape[2..] : shape;
        if (shape is not null && (shape.Length != n || shape.Any(s => s < 1)))
        {
            throw NodeErrors.Invalid(node, $"output_shape [{string.Join(',', shape)}] must be {n} positive numbers.");
        }

        long[] begin = auto == "VALID" ? new long[n] : pads[..n];
        Dim[] output = new Dim[n];
        for (int i = 0; i < n; i++)
        {
            long reach = ((kernel[i] - 1) * dilations[i]) + 1;
            int axis = i;
            Dim full = spatial[i].Map(size => size > 0
                ? checked((strides[axis] * (size - 1)) + extra[axis] + reach)
                : throw NodeErrors.Shape(node, "an input without elements along a spatial axis has no result."));
            bool same = auto.StartsWith("SAME", StringComparison.Ordinal);
            if (shape is null && !same)
            {
                long cut = auto == "VALID" ? 0 : pads[i] + pads[i + n];
                output[i] = full.Map(size => size - cut > 0 ? size - cut : throw NodeErrors.Shape(node, $"pads of {cut} leave nothing of a result of {size}."));
                continue;
            }

            output[i] = shape is not null ? shape[i] : spatial[i].Map(size => size * strides[axis]);
            long total = full.IsKnown ? Math.Max(0, full.Value - output[i].Value) : 0;
            begin[i] = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
        }

        return new TransposedGeometry(kernel, strides, begin, dilations, output);
    }

    private static long[] Ints(Node node, string name, int count, long missing, long minimum)
    {
        long[] values = node.Attributes.GetInts(name) ?? [.. Enumerable.Repeat(missing, count)];
        return values.Length == count && values.All(v => v >= minimum && v <= 1 << 24)
            ? values
            : throw NodeErrors.Invalid(node, $"{name} [{string.Join(',', values)}] must be {count} numbers from {minimum}.");
    }
}
