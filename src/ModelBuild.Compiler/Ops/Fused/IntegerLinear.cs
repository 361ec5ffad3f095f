using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>
/// What IntegerConv and IntegerGemm have in common: inputs are x uint8, constant int8 weights, the zero point of x, its scale (omitted for an int32 result) and a constant binary32 bias;
/// zero point and scale are known at run time only.
/// </summary>
internal static class IntegerLinear
{
    private const int ZeroPoint = 2;
    private const int Scale = 3;
    private const int Bias = 4;

    /// <summary>Element type of the result.</summary>
    public static DType ResultType(Node node) => node.InputOrNull(Scale) is null ? DType.I32 : DType.F32;

    /// <summary>Zero points of the weights, one per output channel, or null where all are 0.</summary>
    public static int[]? WeightZeroPoints(AttributeMap map) => map.GetInts("w_zero_points")?.Select(z => (int)z).ToArray();

    /// <summary>The input less its zero point, or the weights less theirs, in binary64.</summary>
    public static Tensor Shifted(Tensor x, Func<int, long> zero) => Tensor.Create<double>([.. x.ToInt64Array().Select((v, i) => (double)(v - zero(i)))], x.Dims);

    /// <summary>The zero point of the input.</summary>
    public static long XZeroPoint(EvaluationContext context) => context.InputOrNull(ZeroPoint)?.ToInt64Array()[0] ?? 0;

    /// <summary>Exact sums to the result: fp32(sum) times (scale times weight scale), plus bias, each step rounded to binary32.</summary>
    public static Tensor Finish(EvaluationContext context, Tensor sums, int channels)
    {
        int[] integers = [.. sums.ToDoubleArray().Select(v => unchecked((int)(long)v))];
        if (context.InputOrNull(Scale) is not { } scale)
        {
            return Tensor.Create<int>(integers, sums.Dims);
        }

        float[] factors = [.. WeightScales(context.Attributes, channels).Select(w => scale.Span<float>()[0] * w)];
        float[] bias = context.InputOrNull(Bias)?.Span<float>().ToArray() ?? new float[channels];
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Attributes);
        return Tensor.Create<float>([.. integers.Select((v, i) => ActivationReference.Apply((v * factors[i % channels]) + bias[i % channels], activation, alpha, beta))], sums.Dims);
    }

    /// <summary>Calls a kernel's form for an int32 or a binary32 result.</summary>
    public static void Call(ILoweringContext context, string kernel, long macs, Operand weights, int[] columnSums, IEnumerable<(string, StepValue)> scratch, IEnumerable<(string, StepValue)> sizes)
    {
        AttributeMap map = context.Node.Attributes;
        bool isReal = ResultType(context.Node) == DType.F32;
        List<(string, StepValue)> arguments = [("x", context.Input(0)), ("w", weights), ("columnSums", context.Weights(Tensor.Vector<int>(columnSums)))];
        if (isReal)
        {
            arguments.AddRange([("scales", context.Weights(Tensor.Vector<float>(WeightScales(map, columnSums.Length)))), ("floatBias", context.InputOrNull(Bias)), ("xScale", context.Input(Scale))]);
        }

        arguments.AddRange(
        [
            ("weightZeroPoints", WeightZeroPoints(map) is { } zeros ? context.Weights(Tensor.Vector<int>(zeros)) : (Operand?)null),
            ("xZeroPoint", context.InputOrNull(ZeroPoint) ?? context.Weights(Tensor.Vector<byte>(0))),
            ("y", context.Output()),
            .. scratch,
            .. sizes,
        ]);
        if (isReal)
        {
            (Activation activation, float alpha, float beta) = ActivationReference.Of(map);
            arguments.AddRange([("activation", activation), ("alpha", alpha), ("beta", beta)]);
        }

        context.Call($"{kernel}.{(isReal ? "ToF32Dynamic" : "ToS32Dynamic")}", macs, [.. arguments]);
    }

    private static float[] WeightScales(AttributeMap map, int channels)
    {
        float[] given = map.TryGet("w_scales", out FloatsAttribute? w) ? w.Values : [1f];
        return given.Length == 1 ? [.. Enumerable.Repeat(given[0], channels)] : given;
    }
}
