using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>Finds the sizes of Resize's result, and how each axis is resampled, from its inputs roi, scales and sizes.</summary>
internal static class ResizeGeometry
{
    /// <summary>One entry per axis of the operand.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The inputs contradict each other or the operand.</exception>
    public static ResizeAxis[] Resolve(Node node, ResizeOptions options, ReadOnlySpan<long> dims, Tensor? roi, Tensor? scales, Tensor? sizes)
    {
        int[] axes = AxesOf(node, dims.Length);
        float[]? region = Region(node, options, roi, axes.Length);
        float[]? factors = Scales(node, scales, axes.Length);
        long[]? wanted = Sizes(node, sizes, axes.Length);
        if ((factors is null) == (wanted is null))
        {
            throw NodeErrors.Invalid(node, factors is null ? "neither scales nor sizes are given." : "both scales and sizes are given; one of them is allowed.");
        }

        double? common = wanted is null || options.Policy == "stretch" ? null : CommonScale(options, dims, axes, wanted);
        ResizeAxis[] result = [.. dims.ToArray().Select(d => Untouched(node, d))];
        for (int i = 0; i < axes.Length; i++)
        {
            long input = dims[axes[i]];
            double start = region?[i] ?? 0;
            double end = region?[i + axes.Length] ?? 1;
            long output = factors is not null
                ? (long)MathF.Floor(input * (region is null ? 1 : (float)(end - start)) * factors[i])
                : common is { } c ? (long)Math.Floor((c * input) + 0.5) : wanted![i];
            if (output < 0 || (output > 0 && input == 0))
            {
                throw NodeErrors.Shape(node, $"an axis of {input} cannot be resized to {output}.");
            }

            double ratio = (double)output / input;

            // A scale that is the binary32 number nearest to the ratio of the sizes means that ratio.
            double scale = common ?? (factors is null || factors[i] == (float)ratio ? ratio : factors[i]);
            result[axes[i]] = new ResizeAxis(Literals.Int(node, input), Literals.Int(node, output), scale, start, end);
        }

        return result;
    }

    /// <summary>The result's shape where some sizes are not numbers yet: an axis that is scaled by 1 keeps its symbol.</summary>
    public static Shape OutputShape(Node node, ResizeOptions options, Shape shape, Tensor? roi, Tensor? scales, Tensor? sizes)
    {
        bool isUnresolved(int axis) => !shape[axis].IsKnown;
        ResizeAxis[] resolved = Resolve(node, options, [.. shape.Select(d => d.IsKnown ? d.Value : 1)], roi, scales, sizes);
        int[] axes = AxesOf(node, shape.Rank);
        float[]? factors = Scales(node, scales, axes.Length);
        bool isCommon = factors is null && options.Policy != "stretch" && axes.Any(isUnresolved);
        Dim[] dims = [.. shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i];
            bool isOpen = isCommon || (isUnresolved(axis) && factors is not null);
            dims[axis] = !isOpen ? resolved[axis].Output : factors is not null && factors[i] == 1 && options.Transformation != CoordinateTransformation.TfCropAndResize ? shape[axis] : Dim.Unknown;
        }

        return new Shape(dims);
    }

    private static ResizeAxis Untouched(Node node, long dim) => new(Literals.Int(node, dim), Literals.Int(node, dim), 1, 0, 1);

    /// <summary>The axes that roi, scales and sizes are about, in their order.</summary>
    public static int[] AxesOf(Node node, int rank) =>
        node.Attributes.GetInts("axes") is { } axes ? Axes.Normalize(node, axes, rank) : [.. Enumerable.Range(0, rank)];

    private static float[]? Region(Node node, ResizeOptions options, Tensor? roi, int count)
    {
        if (options.Transformation != CoordinateTransformation.TfCropAndResize)
        {
            return null;
        }

        return roi is { Rank: 1 } && roi.Count == 2 * count && DTypes.IsFloat(roi.DType)
            ? [.. roi.ToDoubleArray().Select(v => (float)v)]
            : throw NodeErrors.Invalid(node, $"tf_crop_and_resize needs a region of interest of {2 * count} numbers.");
    }

    private static float[]? Scales(Node node, Tensor? scales, int count)
    {
        if (scales is null or { Count: 0 })
        {
            return null;
        }

        return scales.DType == DType.F32 && scales.Rank == 1 && scales.Count == count && scales.Span<float>().ToArray().All(s => s > 0 && float.IsFinite(s))
            ? scales.Span<float>().ToArray()
            : throw NodeErrors.Invalid(node, $"the scales {scales.Type} must be {count} positive float32 numbers.");
    }

    private static long[]? Sizes(Node node, Tensor? sizes, int count)
    {
        if (sizes is null or { Count: 0 })
        {
            return null;
        }

        long[] values = Elements.Integers(node, 3, sizes);
        return values.Length == count && values.All(v => v >= 0) ? values : throw NodeErrors.Invalid(node, $"the sizes [{string.Join(',', values.Take(16))}] must be {count} numbers from 0.");
    }

    private static double CommonScale(ResizeOptions options, ReadOnlySpan<long> dims, int[] axes, long[] wanted)
    {
        double scale = (double)wanted[0] / dims[axes[0]];
        for (int i = 1; i < axes.Length; i++)
        {
            double other = (double)wanted[i] / dims[axes[i]];
            scale = options.Policy == "not_larger" ? Math.Min(scale, other) : Math.Max(scale, other);
        }

        return scale;
    }
}
