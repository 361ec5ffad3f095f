using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX MaxPool-12: the largest element of each window, and where it lies in the whole operand; padding does not count.</summary>
public sealed class MaxPool : PoolOp
{
    /// <inheritdoc/>
    public override string OpType => "MaxPool";

    /// <summary>True when something reads the positions of the largest elements.</summary>
    public static bool HasIndices(Graph graph, Node node) => node.Outputs.Count > 1 && node.Outputs[1] is { } indices && graph.IsUsed(indices);

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        base.InferTypes(context);
        if (context.Node.Outputs.Count > 0 && context.Node.Outputs[0] is { } y)
        {
            context.SetOutput(1, DType.I64, y.Type.Shape);
        }
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context) => context.Node.Outputs.Count > 1 ? [base.Evaluate(context)[0], Indices(context)] : base.Evaluate(context);

    /// <inheritdoc/>
    /// <remarks>Without indices the passes take the NHWC form; only nodes with them, and other element types, come here.</remarks>
    public override void Lower(ILoweringContext context)
    {
        if (context.Node.Outputs.Count < 2 || context.Node.Outputs[1] is null)
        {
            base.Lower(context);
            return;
        }

        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        long[] x = context.InputDims(0);
        Window3 window = new(x.AsSpan(2), context.OutputDims().AsSpan(2), SpatialGeometry.Of(node, null, [.. x.Skip(2)]));
        context.Call(
            "MaxPoolIndices.Run",
            0,
            ("x", context.Input(0)),
            ("y", context.Output()),
            ("indices", context.Output(1)),
            ("planes", Axes.Product(x.AsSpan(0, 2))),
            ("input", window.In),
            ("output", window.Out),
            ("kernel", window.Kernel),
            ("strides", window.Strides),
            ("pads", window.Begin),
            ("dilations", window.Dilations),
            ("columnMajor", IsColumnMajor(node)));
    }

    /// <inheritdoc/>
    protected override double Pool(Node node, ReadOnlySpan<double> plane, ReadOnlySpan<int> taps, int padded)
    {
        int tap = Largest(plane, taps);
        return tap >= 0 ? plane[tap] : double.NegativeInfinity;
    }

    private static bool IsColumnMajor(Node node) => node.Attributes.GetInt("storage_order", 0) != 0;

    /// <summary>The first position of the largest element, or of a NaN; -1 where there is none.</summary>
    private static int Largest(ReadOnlySpan<double> plane, ReadOnlySpan<int> taps)
    {
        int best = -1;
        foreach (int tap in taps)
        {
            bool isBetter = tap >= 0 && (best < 0 || plane[tap] > plane[best] || (double.IsNaN(plane[tap]) && !double.IsNaN(plane[best])));
            best = isBetter ? tap : best;
        }

        return best;
    }

    private static Tensor Indices(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Dim[] spatial = [.. x.Type.Shape!.Skip(2)];
        SpatialGeometry geometry = SpatialGeometry.Of(context.Node, null, spatial);
        long[] outSpatial = [.. geometry.Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0).Select(d => d.Value)];
        Window3 window = new(x.Dims[2..], outSpatial, geometry);
        int planes = Axes.Product(x.Dims[..2]);
        double[] xs = x.ToDoubleArray();
        Tensor result = Results.Allocate(context.Node, DType.I64, [x.Dims[0], x.Dims[1], .. outSpatial]);
        Span<long> indices = result.MutableSpan<long>();
        int[] taps = new int[window.KernelCount];
        for (int p = 0; p < window.OutCount; p++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            window.Taps(p, taps);
            for (int plane = 0; plane < planes; plane++)
            {
                long tap = Largest(xs.AsSpan(plane * window.InCount, window.InCount), taps);
                if (tap >= 0 && IsColumnMajor(context.Node))
                {
                    long depth = tap / (window.In[1] * window.In[2]);
                    long row = tap / window.In[2] % window.In[1];
                    tap = depth + (window.In[0] * (row + (window.In[1] * (tap % window.In[2]))));
                }

                indices[(plane * window.OutCount) + p] = tap < 0 ? -1 : ((long)plane * window.InCount) + tap;
            }
        }

        return result;
    }
}
