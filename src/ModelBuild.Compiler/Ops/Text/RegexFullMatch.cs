using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text.Patterns;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>Whether all of a string matches a regular expression in the syntax of RE2 (ONNX RegexFullMatch 20). It becomes a table of states while the model is built.</summary>
public sealed class RegexFullMatch : StringOp
{
    /// <inheritdoc/>
    public override string OpType => "RegexFullMatch";

    /// <inheritdoc/>
    public override string? Limits => "No flags and no Unicode classes in the pattern.";

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        _ = Pattern(context.Node);
        context.SetOutput(0, DType.Bool, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        string pattern = Pattern(context.Node);
        _ = PatternTable.Of(context.Node, "pattern", [pattern]);
        PatternMatcher matcher = new(pattern);
        return [Tensor.Create<bool>([.. x.ToStringArray().Select(matcher.IsFullMatch)], x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => context.Call(
        "Patterns.FullMatch", 0,
        [("x", context.Input(0)), .. PatternTable.Of(context.Node, "pattern", [Pattern(context.Node)]).Arguments(context), ("y", context.Output()), ("strings", StepValue.Strings)]);

    private static string Pattern(Node node) => node.Attributes.GetString("pattern", "");
}
