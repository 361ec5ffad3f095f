using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The integer form of Add and Mul: two uint8 tensors to one, every step rounded as DequantizeLinear, the operator and QuantizeLinear round it.</summary>
/// <param name="name">Operator name, and that of its kernel's class.</param>
/// <param name="function">The operator on real values.</param>
public sealed class QuantizedBinaryOp(string name, Func<float, float, float> function) : Op
{
    /// <inheritdoc/>
    public override string OpType => name;

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <summary>The attributes of a node.</summary>
    public static AttributeMap Attributes(float aScale, int aZero, float bScale, int bZero, float yScale, int yZero) => new()
    {
        { "a_scale", aScale }, { "a_zero_point", (long)aZero }, { "b_scale", bScale }, { "b_zero_point", (long)bZero }, { "y_scale", yScale }, { "y_zero_point", (long)yZero },
    };

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 2);
        Shape? shape = context.Shape(0) is { } a && context.Shape(1) is { } b ? Broadcasting.Combine(context.Node, a, b) : null;
        context.SetOutput(0, DType.U8, shape);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        long[] dims = Broadcasting.Combine(context.Node, a.Type.Shape!, b.Type.Shape!)!.ToArray();
        int[] ap = Broadcasting.Positions(a.Dims, dims);
        int[] bp = Broadcasting.Positions(b.Dims, dims);
        AttributeMap map = context.Attributes;
        Tensor y = new(DType.U8, dims);
        for (int i = 0; i < y.Count; i++)
        {
            float real = function(
                (a.Bytes[ap[i]] - (int)map.GetInt("a_zero_point", 0)) * map.GetFloat("a_scale", 1),
                (b.Bytes[bp[i]] - (int)map.GetInt("b_zero_point", 0)) * map.GetFloat("b_scale", 1));
            y.MutableBytes()[i] = (byte)Math.Clamp(MathF.Round(real / map.GetFloat("y_scale", 1), MidpointRounding.ToEven) + map.GetInt("y_zero_point", 0), 0, 255);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        bool swap = context.Input(0).Count < context.Input(1).Count;
        (int first, int second) = swap ? (1, 0) : (0, 1);
        long[] dims = context.InputDims(first);
        long repeat = context.Input(second).Count;
        if (!(repeat == context.Input(first).Count || repeat == 1 || (dims[^1] == repeat && context.InputDims(second)[^1] == repeat)))
        {
            throw NodeErrors.Shape(context.Node, $"[{string.Join(',', dims)}] and [{string.Join(',', context.InputDims(second))}] have no integer kernel; name the node in QuantizeExclude.");
        }

        AttributeMap map = context.Node.Attributes;
        (string a, string b) = swap ? ("b", "a") : ("a", "b");
        context.Call(
            $"{name}.Run", 0, ("a", context.Input(first)), ("b", context.Input(second)), ("y", context.Output()), ("length", (int)context.Input(first).Count), ("bLength", (int)repeat),
            ("aScale", map.GetFloat($"{a}_scale", 1)), ("aZeroPoint", (int)map.GetInt($"{a}_zero_point", 0)), ("bScale", map.GetFloat($"{b}_scale", 1)), ("bZeroPoint", (int)map.GetInt($"{b}_zero_point", 0)),
            ("yScale", map.GetFloat("y_scale", 1)), ("yZeroPoint", (int)map.GetInt("y_zero_point", 0)));
        context.AllowInPlace(0, first);
    }
}
