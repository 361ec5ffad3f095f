using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>ONNX HannWindow, HammingWindow and BlackmanWindow 17: a sum of cosines over a window.</summary>
/// <param name="opType">Operator name.</param>
/// <param name="terms">The factors of cos(2 pi k n / N) for k = 0, 1, ....</param>
public sealed class WindowOp(string opType, double[] terms) : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => opType;

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 0, context.Input(0).DType);
        context.SetOutput(0, TypeOf(context.Node), new Shape(context.Constant(0) is { } size ? SizeOf(context.Node, size) : Dim.Unknown));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, null)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, TypeOf(node));
        context.Count(0, "Counts.Element", ("x", context.Input(0)), ("index", 0));
        context.Call(
            "Windows.Cosines", 0,
            ("y", context.Output()), ("constant", terms[0]), ("first", terms[1]), ("second", terms.ElementAtOrDefault(2)), ("isPeriodic", node.Attributes.GetInt("periodic", 1) != 0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        long size = SizeOf(node, context.Input(0));
        Results.Check(node, DType.F64, [size]);
        double period = node.Attributes.GetInt("periodic", 1) != 0 ? size : size - 1;
        double[] window = [.. Enumerable.Range(0, (int)size).Select(n => terms.Select((factor, k) => factor * Math.Cos(2 * Math.PI * k * n / period)).Sum())];
        return [NumericTensors.FromDouble(node, TypeOf(node), window, [size])];
    }

    private static DType TypeOf(Node node) => (DType)node.Attributes.GetInt("output_datatype", (long)DType.F32) is var type && ElementTypes.IsNumeric(type)
        ? type
        : throw NodeErrors.Attribute(node, "output_datatype", $"{node.Attributes.GetInt("output_datatype", 0)}", "It must be a number type.");

    private static long SizeOf(Node node, Tensor size) => Scalars.Integer(node, 0, size) is >= 0 and var value ? value : throw NodeErrors.Shape(node, "the size is negative.");
}
