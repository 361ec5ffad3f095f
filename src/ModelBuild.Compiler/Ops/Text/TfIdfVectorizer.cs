using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>ONNX TfIdfVectorizer-9: how often each n-gram of a pool appears in sequences of integers or strings [C] or [N,C], counted, weighted, or both.</summary>
public sealed class TfIdfVectorizer : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "TfIdfVectorizer";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        NGramPool pool = NGramPool.Of(context.Node);
        Require(context.Node, pool, context.Input(0).DType);
        Shape? y = null;
        if (context.Shape(0) is { } x)
        {
            y = x.Rank is 1 or 2 ? new Shape([.. x.Take(x.Rank - 1), pool.Width]) : throw NodeErrors.Shape(context.Node, $"the tokens {x} must be [C] or [N,C].");
        }

        context.SetOutput(0, DType.F32, y);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        NGramPool pool = NGramPool.Of(context.Node);
        Require(context.Node, pool, x.DType);
        long[] tokens = pool.Words is null ? Elements.Integers(context.Node, 0, x) : pool.TokensOf(x.ToStringArray());
        int length = (int)x.Dims[^1];
        int rows = x.Rank == 2 ? (int)x.Dims[0] : 1;
        return [pool.Weigh(context, [.. Enumerable.Range(0, rows).Select(r => tokens[(r * length)..((r + 1) * length)])], [.. x.Dims[..^1], pool.Width])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        NGramPool pool = NGramPool.Of(node);
        long[] dims = context.InputDims(0);
        if (pool.Grams.Count == 0)
        {
            FixedResult.Copy(context, new Tensor(DType.F32, context.OutputDims()));
            return;
        }

        Operand x = context.Input(0);
        if (pool.Words is { } words && x.Count > 0)
        {
            Operand tokens = context.Scratch(DType.I32, x.Count)!;
            int[] positions = [.. Enumerable.Range(0, words.Length), -1];
            context.Call("Words.Map", 0, [("x", x), .. WordList.Arguments(context, words), ("values", context.Weights(Tensor.Vector<int>(positions))), ("y", tokens), ("strings", StepValue.Strings)]);
            x = tokens;
        }

        context.Call("NGrams.Weigh", 0, [("x", x), .. pool.Arguments(context), ("rows", dims.Length == 2 ? Literals.Int(node, dims[0]) : 1), ("tokens", Literals.Int(node, dims[^1]))]);
    }

    private static void Require(Node node, NGramPool pool, DType type)
    {
        if (pool.Words is null)
        {
            ElementTypes.RequireIndex(node, 0, type);
        }
        else
        {
            ElementTypes.Require(node, 0, type, t => t == DType.String, "strings, as the pool has them,");
        }
    }
}
