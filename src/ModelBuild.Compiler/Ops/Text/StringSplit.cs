using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>The parts of strings between a delimiter, filled up with empty strings, and their numbers (ONNX StringSplit 20). How many the longest has is counted at run time.</summary>
public sealed class StringSplit : StringOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "StringSplit";

    private protected override void Infer(InferenceContext context)
    {
        RequireStrings(context);
        context.SetOutput(0, DType.String, context.Shape(0) is { } x ? new Shape([.. x, Dim.Unknown]) : null);
        context.SetOutput(1, DType.I64, context.Shape(0));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, null)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        string text = node.Attributes.GetString("delimiter", "");
        Operand? delimiter = text.Length == 0 ? null : context.Weights(Tensor.Vector<ushort>([.. text.Select(c => (ushort)c)]));
        long limit = node.Attributes.GetInt("maxsplit", int.MaxValue);
        context.Count(0, "Strings.SplitCount", ("x", context.Input(0)), ("delimiter", delimiter), ("limit", limit), ("strings", StepValue.Strings));
        context.Call(
            "Strings.Split", 0,
            ("x", context.Input(0)),
            ("delimiter", delimiter),
            ("y", context.Output()),
            ("counts", node.Outputs.Count > 1 && node.Outputs[1] is not null ? context.Output(1) : null),
            ("width", checked((int)context.OutputDims()[^1])),
            ("limit", limit),
            ("strings", StepValue.Strings));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        string delimiter = context.Attributes.GetString("delimiter", "");
        long limit = context.Attributes.GetInt("maxsplit", int.MaxValue);
        string[][] parts = [.. x.ToStringArray().Select(s => delimiter.Length == 0 ? BySpaces(s, limit) : s.Split(delimiter, (int)Math.Clamp(limit + 1, 1, int.MaxValue)))];
        int width = parts.Select(p => p.Length).DefaultIfEmpty(0).Max();
        long[] dims = [.. x.Dims, width];
        Results.Check(context.Node, DType.String, dims);
        Tensor[] outputs =
        [
            Tensor.OfStrings([.. parts.SelectMany(p => p.Concat(Enumerable.Repeat("", width - p.Length)))], dims),
            Tensor.Create<long>([.. parts.Select(p => (long)p.Length)], x.Dims),
        ];
        return [.. outputs.Take(context.Node.Outputs.Count)];
    }

    // Runs of white space delimit, and none stands at either end; what is left after the last split keeps its own.
    private static string[] BySpaces(string text, long limit)
    {
        List<string> parts = [];
        string rest = text.TrimStart();
        while (rest.Length > 0)
        {
            int end = rest.TakeWhile(c => !char.IsWhiteSpace(c)).Count();
            if (parts.Count >= limit || end == rest.Length)
            {
                parts.Add(rest);
                break;
            }

            parts.Add(rest[..end]);
            rest = rest[end..].TrimStart();
        }

        return [.. parts];
    }
}
