using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>Appends the kernel calls of a resampling: one for each pair of neighbouring axes, or single axis, that changes.</summary>
internal static class ResizeLowering
{
    /// <summary>Resamples input 0 to output 0.</summary>
    public static void Call(ILoweringContext context, ResizeAxis[] axes, ResizeOptions options)
    {
        List<(int Axis, int Count)> parts = Parts(axes, options);
        if (parts.Count == 0)
        {
            context.Alias(0, 0);
            return;
        }

        long[] dims = context.InputDims(0);
        Operand x = context.Input(0);
        for (int i = 0; i < parts.Count; i++)
        {
            (int axis, int count) = parts[i];
            int batch = Axes.Product(dims.AsSpan(0, axis));
            int channels = Axes.Product(dims.AsSpan(axis + count));
            for (int k = axis; k < axis + count; k++)
            {
                dims[k] = axes[k].Output;
            }

            Operand y = i == parts.Count - 1 ? context.Output() : context.Scratch(x.DType, Axes.Product(dims))!;
            ResizeAxis columns = count == 2 ? axes[axis + 1] : new ResizeAxis(1, 1, 1, 0, 1);
            Plane(context, x, y, axes[axis], columns, batch, channels, options);
            x = y;
        }
    }

    /// <summary>Sets the parts of output 0 that lie outside of the operand.</summary>
    public static void Extrapolate(ILoweringContext context, ResizeAxis[] axes, ResizeOptions options)
    {
        for (int axis = 0; axis < axes.Length && !context.SizesVary; axis++)
        {
            int[] outside = [.. Enumerable.Range(0, axes[axis].Output).Where(i => axes[axis].Extrapolates(options.Transformation, i))];
            if (outside.Length > 0)
            {
                (int outer, int length, int inner) = Axes.Split(context.OutputDims(), axis);
                Operand y = context.Output();
                Tensor value = NumericTensors.FromDouble(context.Node, y.DType, [options.Extrapolation], []);
                context.Call(
                    "Resize.Extrapolate", 0, ("y", y), ("positions", context.Weights(Tensor.Vector<int>(outside))), ("value", context.Weights(value)), ("outer", outer), ("axis", length), ("inner", inner));
            }
        }
    }

    private static List<(int Axis, int Count)> Parts(ResizeAxis[] axes, ResizeOptions options)
    {
        List<(int, int)> parts = [];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            if (!axes[axis].IsIdentity(options.Transformation))
            {
                bool isPair = axis + 1 < axes.Length && !axes[axis + 1].IsIdentity(options.Transformation);
                parts.Add((axis, isPair ? 2 : 1));
                axis += isPair ? 1 : 0;
            }
        }

        return parts;
    }

    private static void Plane(ILoweringContext context, Operand x, Operand y, ResizeAxis rows, ResizeAxis columns, int batch, int channels, ResizeOptions options)
    {
        (string, StepValue)[] sizes =
        [
            ("batch", batch), ("inH", rows.Input), ("inW", columns.Input), ("channels", channels), ("outH", rows.Output), ("outW", columns.Output),
        ];
        if (options.Taps == 1)
        {
            Operand nearestRows = Nearest(context, rows, options);
            Operand nearestColumns = Nearest(context, columns, options);
            context.Call("Resize.Nearest", 0, [("x", x), ("rowIndex", nearestRows), ("columnIndex", nearestColumns), ("y", y), .. sizes]);
            return;
        }

        int taps = context.SizesVary ? options.Taps : Math.Max(TapsOf(rows, options), TapsOf(columns, options));
        (Operand rowIndex, Operand rowWeight) = Interpolation(context, rows, options, taps);
        (Operand columnIndex, Operand columnWeight) = Interpolation(context, columns, options, taps);
        context.Call(
            "Resize.InterpolateF32",
            0,
            [
                ("x", x), ("rowIndex", rowIndex), ("rowWeight", rowWeight), ("columnIndex", columnIndex), ("columnWeight", columnWeight), ("y", y),
                ("scratch", context.Scratch(DType.F32, (long)ModelBuild.Kernels.Resize.ScratchLines(taps) * columns.Output * channels)), .. sizes, ("taps", taps),
            ]);
    }

    private static Operand Nearest(ILoweringContext context, ResizeAxis axis, ResizeOptions options)
    {
        if (!context.SizesVary)
        {
            return context.Weights(Tensor.Vector<int>(ResizeTables.Nearest(Positions(axis, options), axis.Input, options.Nearest)));
        }

        Operand index = context.Scratch(DType.I32, axis.Output)!;
        context.Call(
            "ResizeTable.Nearest", 0, ("index", index), ("input", axis.Input), ("output", axis.Output), ("scale", FixedScale(context.Node, axis)), ("transformation", options.Transformation),
            ("nearest", options.Nearest));
        return index;
    }

    private static (Operand Index, Operand Weight) Interpolation(ILoweringContext context, ResizeAxis axis, ResizeOptions options, int taps)
    {
        if (!context.SizesVary)
        {
            return Stored(context, Table(axis, options), axis.Output, taps);
        }

        Operand index = context.Scratch(DType.I32, (long)axis.Output * taps)!;
        Operand weight = context.Scratch(DType.F32, (long)axis.Output * taps)!;
        context.Call(
            "ResizeTable.Interpolate", 0, ("index", index), ("weight", weight), ("input", axis.Input), ("output", axis.Output), ("scale", FixedScale(context.Node, axis)),
            ("transformation", options.Transformation), ("taps", taps), ("cubicCoefficientA", options.CubicA), ("excludeOutside", options.ExcludeOutside));
        return (index, weight);
    }

    /// <summary>The scale of the node where it has one; 0 where it follows from the sizes.</summary>
    private static double FixedScale(Node node, ResizeAxis axis) => node.InputOrNull(3) is null && axis.Scale != 1 ? axis.Scale : 0;

    private static int TapsOf(ResizeAxis axis, ResizeOptions options) => Table(axis, options).Index.Length / axis.Output;

    private static (int[] Index, float[] Weight) Table(ResizeAxis axis, ResizeOptions options)
    {
        double[] positions = Positions(axis, options);
        return options.Antialias
            ? ResizeTables.Antialias(positions, axis.Input, axis.Scale, options.Taps == 4, options.CubicA, options.ExcludeOutside)
            : options.Taps == 2
            ? ResizeTables.Linear(positions, axis.Input, options.ExcludeOutside)
            : ResizeTables.Cubic(positions, axis.Input, options.CubicA, options.ExcludeOutside);
    }

    /// <summary>A table in the weights, widened to a number of taps by some of weight 0.</summary>
    private static (Operand Index, Operand Weight) Stored(ILoweringContext context, (int[] Index, float[] Weight) table, int rows, int taps)
    {
        int own = table.Index.Length / rows;
        int[] index = new int[rows * taps];
        float[] weight = new float[rows * taps];
        for (int row = 0; row < rows; row++)
        {
            table.Index.AsSpan(row * own, own).CopyTo(index.AsSpan(row * taps));
            table.Weight.AsSpan(row * own, own).CopyTo(weight.AsSpan(row * taps));
        }

        return (context.Weights(Tensor.Vector<int>(index)), context.Weights(Tensor.Vector<float>(weight)));
    }

    private static double[] Positions(ResizeAxis axis, ResizeOptions options) =>
        ResizeTables.Positions(options.Transformation, axis.Input, axis.Output, axis.Scale, axis.RoiStart, axis.RoiEnd);
}
