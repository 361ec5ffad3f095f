using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>A TfIdfVectorizer on the tokens of texts [rows, texts] or [rows]: the tokens, whose number nobody knows beforehand, never become a tensor. It has the attributes of both.</summary>
internal sealed class TokenWeights : StringOp
{
    /// <inheritdoc/>
    public override string OpType => "TokenWeights";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        context.SetOutput(0, DType.F32, context.Shape(0) is { } x ? new Shape(x[0], NGramPool.Of(context.Node).Width) : null);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        NGramPool pool = NGramPool.Of(context.Node);
        string[][] tokens = TokenizerSettings.Of(context.Node).Tokens(x.ToStringArray());
        int rows = (int)x.Dims[0];
        int texts = rows == 0 ? 0 : tokens.Length / rows;
        return [pool.Weigh(context, [.. Enumerable.Range(0, rows).Select(r => pool.TokensOf(tokens[(r * texts)..((r + 1) * texts)].SelectMany(t => t)))], [rows, pool.Width])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        TokenizerSettings settings = TokenizerSettings.Of(node);
        NGramPool pool = NGramPool.Of(node);
        context.Call(
            "Tokens.Weigh", 0,
            [
                ("x", context.Input(0)), .. settings.Table(node).Arguments(context), ("areSeparators", settings.AreSeparators), ("least", settings.Least),
                .. WordList.Arguments(context, pool.Words ?? []), .. pool.Arguments(context), ("rows", Literals.Int(node, context.InputDims(0)[0])), ("strings", StepValue.Strings),
            ]);
    }
}
