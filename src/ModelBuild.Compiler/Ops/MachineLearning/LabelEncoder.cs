using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Looks each element up in a list of keys (ONNX ai.onnx.ml LabelEncoder 2 and 4). Of equal keys the last one counts; NaN finds NaN.</summary>
public sealed class LabelEncoder : MachineLearningOp
{
    private const string DefaultWord = "_Unused";

    /// <inheritdoc/>
    public override string OpType => "LabelEncoder";

    private protected override void Infer(InferenceContext context)
    {
        (Tensor keys, Tensor values, _) = Describe(context.Node);
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => t == keys.DType, $"elements of type {keys.DType}, that of the keys,");
        context.SetOutput(0, values.DType, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (Tensor keys, Tensor values, Tensor fallback) = Describe(context.Node);
        Tensor y = Results.Allocate(context.Node, values.DType, x.Dims);
        int size = DTypes.SizeOf(x.DType);
        double[] numbers = DTypes.IsFloat(x.DType) ? x.ToDoubleArray() : [];
        double[] wanted = DTypes.IsFloat(x.DType) ? keys.ToDoubleArray() : [];
        for (int i = 0; i < y.Count; i++)
        {
            int at = keys.Count - 1;
            while (at >= 0 && !(numbers.Length > 0 ? numbers[i] == wanted[at] || (double.IsNaN(numbers[i]) && double.IsNaN(wanted[at])) : x.Bytes.Slice(i * size, size).SequenceEqual(keys.Bytes.Slice(at * size, size))))
            {
                at--;
            }

            Elements.Copy(at < 0 ? fallback : values, Math.Max(at, 0), y, i);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (Tensor keys, Tensor values, Tensor fallback) = Describe(context.Node);
        if (keys.DType == DType.String)
        {
            LowerWords(context, keys.ToStringArray(), values, fallback);
            return;
        }

        ElementTypes.RequireNumericKernel(context.Node, keys.DType);
        int[] order = (int[])[.. keys.DType switch
        {
            DType.F32 => Rising<float>(keys),
            DType.F64 => Rising<double>(keys),
            DType.I64 => Rising<long>(keys),
            DType.I32 => Rising<int>(keys),
            DType.I16 => Rising<short>(keys),
            _ => throw ElementTypes.NoKernel(context.Node, keys.DType),
        }];
        Tensor sortedKeys = new(keys.DType, [order.Length]);
        Tensor sortedValues = new(values.DType, [order.Length + 1]);
        for (int i = 0; i < order.Length; i++)
        {
            Elements.Copy(keys, order[i], sortedKeys, i);
            Elements.Copy(values, order[i], sortedValues, i);
        }

        Elements.Copy(fallback, 0, sortedValues, order.Length);
        context.Call("Features.Map", 0, ("x", context.Input(0)), ("keys", context.Weights(sortedKeys)), ("values", context.Weights(sortedValues)), ("y", context.Output()));
    }

    private static void LowerWords(ILoweringContext context, string[] keys, Tensor values, Tensor fallback)
    {
        int[] kept = [.. Enumerable.Range(0, keys.Length).GroupBy(i => keys[i], StringComparer.Ordinal).Select(g => g.Last())];
        Tensor found = new(values.DType, [kept.Length + 1]);
        for (int i = 0; i < kept.Length; i++)
        {
            Elements.Copy(values, kept[i], found, i);
        }

        Elements.Copy(fallback, 0, found, kept.Length);
        context.Call(
            "Words.Map", 0,
            [("x", context.Input(0)), .. WordList.Arguments(context, [.. kept.Select(i => keys[i])]), ("values", context.Weights(found)), ("y", context.Output()), ("strings", StepValue.Strings)]);
    }

    // Places of distinct keys, the least first; NaN counts as less than every number.
    private static IEnumerable<int> Rising<T>(Tensor keys)
        where T : unmanaged, INumber<T>
    {
        T[] values = keys.Span<T>().ToArray();
        return Enumerable.Range(0, values.Length).GroupBy(i => values[i]).Select(g => g.Last()).OrderBy(i => values[i]);
    }

    private static (Tensor Keys, Tensor Values, Tensor Default) Describe(Node node)
    {
        Tensor keys = One(node, "keys");
        Tensor values = One(node, "values");
        if (keys.Count != values.Count)
        {
            throw NodeErrors.Invalid(node, $"has {keys.Count} keys and {values.Count} values.");
        }

        Tensor fallback = node.Attributes.TryGet("default_tensor", out TensorAttribute? given)
            ? given.Value
            : values.DType == DType.String
                ? Tensor.OfStrings([node.Attributes.GetString("default_string", DefaultWord)], 1)
            : DTypes.IsFloat(values.DType)
                ? FloatTensors.FromDouble(node, values.DType, [node.Attributes.GetFloat("default_float", -0.0f)], [1])
                : NumericTensors.FromInt64(node, values.DType, [node.Attributes.GetInt("default_int64", -1)], [1]);
        return fallback.DType == values.DType && fallback.Count == 1 ? (keys, values, fallback) : throw NodeErrors.Invalid(node, $"has a default of type {fallback.DType} for values of type {values.DType}.");
    }

    private static Tensor One(Node node, string what)
    {
        Tensor?[] given =
        [
            Floats(node, $"{what}_floats") is { Length: > 0 } floats ? Tensor.Vector<float>(floats) : null,
            Ints(node, $"{what}_int64s") is { Length: > 0 } integers ? Tensor.Vector<long>(integers) : null,
            Strings(node, $"{what}_strings") is { Length: > 0 } strings ? Tensor.OfStrings(strings, strings.Length) : null,
            node.Attributes.TryGet($"{what}_tensor", out TensorAttribute? tensor) ? tensor.Value : null,
        ];
        Tensor[] lists = [.. given.OfType<Tensor>()];
        return lists.Length == 1
            ? lists[0]
            : throw NodeErrors.Invalid(node, lists.Length == 0 ? $"has no {what}_strings, {what}_floats, {what}_int64s or {what}_tensor." : $"has {what} in {lists.Length} attributes; one is allowed.");
    }
}
