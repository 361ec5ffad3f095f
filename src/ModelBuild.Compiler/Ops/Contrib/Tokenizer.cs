using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// Takes strings [C] or [N,C] apart into tokens [C,D] or [N,C,D], filled up with <c>pad_value</c> (com.microsoft Tokenizer 1): what lies between separators, what a pattern describes, or single characters.
/// How many there are is counted at run time; before a TfIdfVectorizer, which makes them columns, they are not made at all.
/// </summary>
internal sealed class Tokenizer : StringOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Tokenizer";

    /// <inheritdoc/>
    public override string? Limits => "No marks.";

    /// <inheritdoc/>
    public override string Domain => ContribOp.DomainName;

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        _ = TokenizerSettings.Of(context.Node);
        Shape? y = null;
        if (context.Shape(0) is { } x)
        {
            y = x.Rank is 1 or 2 ? new Shape([.. x, Dim.Unknown]) : throw NodeErrors.Shape(context.Node, $"the strings {x} must be [C] or [N,C].");
        }

        context.SetOutput(0, DType.String, y);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, null)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        TokenizerSettings settings = TokenizerSettings.Of(node);
        (string, StepValue)[] cut = [("x", context.Input(0)), .. settings.Table(node).Arguments(context), ("areSeparators", settings.AreSeparators), ("least", settings.Least), ("strings", StepValue.Strings)];
        context.Count(0, "Tokens.Count", cut);
        context.Call("Tokens.Take", 0, [.. cut, ("pad", context.Weights(Tensor.OfStrings([settings.PadValue], [1]))), ("y", context.Output()), ("width", checked((int)context.OutputDims()[^1]))]);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        TokenizerSettings settings = TokenizerSettings.Of(context.Node);
        string[][] tokens = settings.Tokens(x.ToStringArray());
        int width = tokens.Select(t => t.Length).DefaultIfEmpty(0).Max();
        long[] dims = [.. x.Dims, width];
        Results.Check(context.Node, DType.String, dims);
        return [Tensor.OfStrings([.. tokens.SelectMany(t => t.Concat(Enumerable.Repeat(settings.PadValue, width - t.Length)))], dims)];
    }
}
