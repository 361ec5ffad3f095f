using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>One triangle of each matrix, the rest cleared (ONNX Trilu 14).</summary>
public sealed class Trilu : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Trilu";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is { Rank: < 2 } shape)
        {
            throw NodeErrors.Shape(context.Node, $"{shape} is no matrix.");
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        if (x.Rank < 2)
        {
            throw NodeErrors.Shape(context.Node, $"{x.Type.Shape} is no matrix.");
        }

        long k = Diagonal(context.Node, context.InputOrNull(1));
        bool upper = IsUpper(context.Node);
        Tensor y = Results.Allocate(context.Node, x.DType, x.Dims);
        long columns = x.Dims[^1];
        for (long i = 0; i < x.Count; i++)
        {
            long row = i / columns % x.Dims[^2];
            Int128 diagonal = (Int128)(i % columns) - row;
            if (upper ? diagonal >= k : diagonal <= k)
            {
                Elements.Copy(x, i, y, i);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        context.AllowInPlace(0, 0);
        if (node.InputOrNull(1) is not null && context.Constant(1) is null)
        {
            context.Call(
                "Scan.TriluAt", 0, ("x", context.Input(0)), ("diagonal", context.Input(1)), ("y", context.Output()), ("batch", Axes.Product(dims.AsSpan(0, dims.Length - 2))), ("rows", Literals.Int(node, dims[^2])),
                ("columns", Literals.Int(node, dims[^1])), ("upper", IsUpper(node)));
            return;
        }

        context.Call(
            "Scan.Trilu",
            0,
            ("x", context.Input(0)),
            ("y", context.Output()),
            ("batch", Axes.Product(dims.AsSpan(0, dims.Length - 2))),
            ("rows", Literals.Int(node, dims[^2])),
            ("columns", Literals.Int(node, dims[^1])),
            ("k", Diagonal(node, context.Constant(1))),
            ("upper", IsUpper(node)));
    }

    private static bool IsUpper(Node node) => node.Attributes.GetInt("upper", 1) != 0;

    private static long Diagonal(Node node, Tensor? k) => k is null ? 0 : k.Count == 1 ? Elements.Integers(node, 1, k)[0] : throw NodeErrors.Shape(node, $"k has {k.Count} elements; one is needed.");
}
