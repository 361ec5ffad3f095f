using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>
/// ONNX NonMaxSuppression-11: of each class, the boxes in order of their scores that do not overlap a better one too much, as [batch, class, box]. How many there are is
/// counted at run time.
/// </summary>
public sealed class NonMaxSuppression : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "NonMaxSuppression";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 5;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is { } boxes && context.Shape(1) is { } scores)
        {
            Check(context.Node, boxes, scores);
        }

        context.SetOutput(0, DType.I64, new Shape(Dim.Unknown, 3));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, Most(node))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        foreach (int input in new[] { 0, 1, 3, 4 })
        {
            ElementTypes.RequireF32Kernel(node, node.InputOrNull(input)?.Type.DType ?? DType.F32);
        }

        long[] scores = context.InputDims(1);
        Operand? selected = context.Scratch(DType.I64, checked(3 * Most(node)));
        context.Count(
            0,
            "NonMaxSuppression.Select",
            ("boxes", context.Input(0)),
            ("scores", context.Input(1)),
            ("most", Given(2)),
            ("overlap", Given(3)),
            ("least", Given(4)),
            ("selected", selected),
            ("order", context.Scratch(DType.U64, scores[2])),
            ("batches", checked((int)scores[0])),
            ("classes", checked((int)scores[1])),
            ("count", checked((int)scores[2])),
            ("isCentre", node.Attributes.GetInt("center_point_box", 0) != 0));
        context.Call("Counts.Take", 0, ("x", selected), ("y", context.Output()));

        Operand? Given(int input) => node.InputOrNull(input) is { } value && value.Type.Shape!.ElementCount > 0 ? context.Input(input) : null;
    }

    // A constant limit bounds the boxes of each class.
    private static long Most(Node node)
    {
        long[] scores = node.Input(1).Type.Shape!.ToArray();
        long each = node.InputOrNull(2) is not { } most ? 0 : most.Constant is { Count: > 0 } known ? Math.Clamp(Elements.Integers(node, 2, known)[0], 0, scores[2]) : scores[2];
        return checked(scores[0] * scores[1] * each);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor boxes = context.Input(0);
        Tensor scores = context.Input(1);
        Check(context.Node, boxes.Type.Shape!, scores.Type.Shape!);
        long most = context.InputOrNull(2) is { Count: > 0 } count ? Elements.Integers(context.Node, 2, count)[0] : 0;
        double overlap = context.InputOrNull(3) is { Count: > 0 } iou ? iou.ToDoubleArray()[0] : 0;
        double? least = context.InputOrNull(4) is { Count: > 0 } threshold ? threshold.ToDoubleArray()[0] : null;
        (int classes, int total) = ((int)scores.Dims[1], (int)boxes.Dims[1]);
        double[] corners = Corners(boxes.ToDoubleArray(), context.Attributes.GetInt("center_point_box", 0) != 0);
        double[] values = scores.ToDoubleArray();
        List<long> selected = [];
        for (int batch = 0; batch < boxes.Dims[0]; batch++)
        {
            for (int c = 0; c < classes; c++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                double score(int box) => values[(((batch * classes) + c) * total) + box];
                List<int> kept = [];
                foreach (int box in Enumerable.Range(0, total).Where(b => least is null || score(b) > least).OrderByDescending(score))
                {
                    if (kept.Count < most && !kept.Any(k => Overlap(corners, (batch * total) + box, (batch * total) + k) > overlap))
                    {
                        kept.Add(box);
                    }
                }

                kept.ForEach(box => selected.AddRange([batch, c, box]));
            }
        }

        return [Tensor.Create<long>([.. selected], selected.Count / 3, 3)];
    }

    private static void Check(Node node, Shape boxes, Shape scores)
    {
        bool fits = boxes.Rank == 3 && scores.Rank == 3 && Same(boxes[0], scores[0]) && Same(boxes[1], scores[2]) && Same(boxes[2], 4);
        if (!fits)
        {
            throw NodeErrors.Shape(node, $"boxes {boxes} and scores {scores} must be [batch,boxes,4] and [batch,classes,boxes].");
        }
    }

    private static bool Same(Dim a, Dim b) => !a.IsKnown || !b.IsKnown || a.Value == b.Value;

    /// <summary>Boxes as least and largest coordinates of each axis; they may be stored from any corner, or as centre and size.</summary>
    private static double[] Corners(double[] boxes, bool isCentre)
    {
        double[] corners = new double[boxes.Length];
        for (int i = 0; i < boxes.Length; i += 4)
        {
            (double a, double b, double c, double d) = (boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]);
            (a, b, c, d) = isCentre
                ? (a - (c / 2), b - (d / 2), a + (c / 2), b + (d / 2))
                : (Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d));
            (corners[i], corners[i + 1], corners[i + 2], corners[i + 3]) = (a, b, c, d);
        }

        return corners;
    }

    /// <summary>Intersection over union; 0 for boxes without an area.</summary>
    private static double Overlap(double[] corners, int box, int other)
    {
        ReadOnlySpan<double> a = corners.AsSpan(4 * box, 4);
        ReadOnlySpan<double> b = corners.AsSpan(4 * other, 4);
        double intersection = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0])) * Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));
        double areaA = (a[2] - a[0]) * (a[3] - a[1]);
        double areaB = (b[2] - b[0]) * (b[3] - b[1]);
        return intersection > 0 && areaA > 0 && areaB > 0 ? intersection / (areaA + areaB - intersection) : 0;
    }
}
