using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>
/// Removes stop words and changes the case of strings [C] or [1,C] (ONNX StringNormalizer 10). Cases are those of no particular language: characters change one by one, as in ONNX Runtime.
/// How many strings are left is counted at run time; of no string is left the empty one.
/// </summary>
public sealed class StringNormalizer : StringOp, ICountedOp
{
    private static readonly string[] s_ownCases = ["az", "lt", "tr"];

    /// <inheritdoc/>
    public override string OpType => "StringNormalizer";

    /// <inheritdoc/>
    public override string? Limits => "Cases of az, lt and tr are refused.";

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        (_, string[] stops, _) = Describe(context.Node);
        Shape? y = context.Shape(0);
        if (y is not null)
        {
            bool fits = y.Rank == 1 || (y.Rank == 2 && (!y[0].IsKnown || y[0].Value == 1));
            y = fits ? y : throw NodeErrors.Shape(context.Node, $"the strings {y} must be [C] or [1,C].");
            bool isSettled = stops.Length == 0 || (y[^1] is { IsKnown: true } only && only.Value == 1);
            y = isSettled ? y : y.With(y.Rank - 1, Dim.Unknown);
        }

        context.SetOutput(0, DType.String, y);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (StringCase action, string[] stops, bool isCaseSensitive) = Describe(context.Node);
        HashSet<string> removed = [.. stops.Select(s => isCaseSensitive ? s : Changed(s, StringCase.Lower))];
        string[] kept = [.. x.ToStringArray().Where(s => !removed.Contains(isCaseSensitive ? s : Changed(s, StringCase.Lower))).Select(s => Changed(s, action))];
        kept = kept.Length == 0 && stops.Length > 0 ? [""] : kept;
        return [Tensor.OfStrings(kept, [.. x.Dims[..^1], kept.Length])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(1, Math.Max(1, node.Input(0).Type.Shape!.ElementCount))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (StringCase action, string[] stops, bool isCaseSensitive) = Describe(context.Node);
        string[] words = [.. stops.Select(s => isCaseSensitive ? s : Changed(s, StringCase.Lower))];
        (string, StepValue)[] list = WordList.Arguments(context, words);
        context.Count(0, "Strings.KeptCount", [("x", context.Input(0)), .. list, ("isCaseSensitive", isCaseSensitive), ("strings", StepValue.Strings)]);
        context.Call(
            context.IsCounted ? "Strings.NormalizeKept" : "Strings.Normalize", 0,
            [("x", context.Input(0)), .. list, ("y", context.Output()), ("action", action), ("isCaseSensitive", isCaseSensitive), ("strings", StepValue.Strings)]);
    }

    private static string Changed(string text, StringCase action) => action switch
    {
        StringCase.Lower => text.ToLowerInvariant(),
        StringCase.Upper => text.ToUpperInvariant(),
        _ => text,
    };

    private static (StringCase Action, string[] Stops, bool IsCaseSensitive) Describe(Node node)
    {
        string locale = node.Attributes.GetString("locale", "");
        if (s_ownCases.Any(l => locale.StartsWith(l, StringComparison.OrdinalIgnoreCase)))
        {
            throw NodeErrors.Attribute(node, "locale", locale, "The cases of this language are not supported.");
        }

        string action = node.Attributes.GetString("case_change_action", "NONE");
        return (
            action switch
            {
                "NONE" => StringCase.Keep,
                "LOWER" => StringCase.Lower,
                "UPPER" => StringCase.Upper,
                _ => throw NodeErrors.Attribute(node, "case_change_action", action, "Use LOWER, UPPER or NONE."),
            },
            node.Attributes.TryGet("stopwords", out StringsAttribute? list) ? list.Values : [],
            node.Attributes.GetInt("is_case_sensitive", 0) != 0);
    }
}
