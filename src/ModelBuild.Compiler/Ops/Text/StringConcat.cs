using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>Each string of one tensor followed by that of another, with broadcasting (ONNX StringConcat 20).</summary>
public sealed class StringConcat : StringOp
{
    /// <inheritdoc/>
    public override string OpType => "StringConcat";

    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        context.SetOutput(0, DType.String, Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        (Tensor a, Tensor b) = (context.Input(0), context.Input(1));
        long[] dims = Broadcasting.Dims(context.Node, a, b);
        Results.Check(context.Node, DType.String, dims);
        (string[] left, string[] right) = (a.ToStringArray(), b.ToStringArray());
        return [Tensor.OfStrings([.. Broadcasting.Positions(a.Dims, dims).Zip(Broadcasting.Positions(b.Dims, dims), (i, j) => left[i] + right[j])], dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] dims = context.OutputDims();
        context.Call(
            "Strings.Join", 0,
            ("a", context.Input(0)), ("b", context.Input(1)), ("y", context.Output()), ("shape", Literals.Ints(context.Node, dims)),
            ("aStrides", Broadcasting.Strides(context.InputDims(0), dims)), ("bStrides", Broadcasting.Strides(context.InputDims(1), dims)), ("strings", StepValue.Strings));
    }
}
