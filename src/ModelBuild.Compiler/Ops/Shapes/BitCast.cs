using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The same bits as elements of another type of the same width (ONNX BitCast 26).</summary>
public sealed class BitCast : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "BitCast";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context) => context.SetOutput(0, Target(context.Node, context.Input(0).DType), context.Shape(0));

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [new Tensor(Target(context.Node, x.DType), x.Dims, x.Bytes.ToArray())];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        ElementTypes.RequireMovable(context.Node, context.Output().DType);
        context.Call("Copy.Bits", 0, ("x", context.Input(0)), ("y", context.Output()));
    }

    private static DType Target(Node node, DType from)
    {
        DType to = (DType)node.Attributes.GetInt("to", 0);
        bool fits = Width(to) is var width and > 0 && (from == DType.Undefined || Width(from) == width);
        return fits ? to : throw NodeErrors.Attribute(node, "to", $"{(int)to}", $"It must be an element type as wide as {from}.");
    }

    private static int Width(DType type) => type switch
    {
        DType.U4 or DType.I4 => 4,
        _ when !Enum.IsDefined(type) || type is DType.String or DType.Undefined => 0,
        _ => 8 * DTypes.SizeOf(type),
    };
}
