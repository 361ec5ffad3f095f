using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The integer form of Concat: uint8 tensors of own scales, each brought to the output's scale by a table of 256 bytes.</summary>
public sealed class QuantizedConcatOp : Op
{
    private const int Levels = 256;

    /// <inheritdoc/>
    public override string OpType => "QuantizedConcat";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context) => new Shapes.Concat().InferTypes(context);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor[] inputs = new Tensor[context.InputCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            byte[] table = Table(context.Attributes, i);
            inputs[i] = new Tensor(DType.U8, context.Input(i).Dims, [.. context.Input(i).Bytes.ToArray().Select(b => table[b])]);
        }

        return new Shapes.Concat().Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation));
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] dims = context.OutputDims();
        int axis = Axes.Normalize(context.Node, context.Node.Attributes.GetInt("axis", 0), dims.Length);
        int offset = 0;
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            byte[] table = Table(context.Node.Attributes, i);
            bool isSame = table.Select((b, level) => b == level).All(same => same);
            int inner = Axes.Product(context.InputDims(i).AsSpan(axis));
            context.Call(
                "QuantizedConcat.U8", 0, ("x", context.Input(i)), ("table", isSame ? (Operand?)null : context.Weights(Tensor.Vector<byte>(table))), ("y", context.Output()),
                ("outer", Axes.Product(dims.AsSpan(0, axis))), ("xInner", inner), ("yInner", Axes.Product(dims.AsSpan(axis))), ("yOffset", offset));
            offset += inner;
        }
    }

    /// <summary>DequantizeLinear and QuantizeLinear of every byte.</summary>
    private static byte[] Table(AttributeMap map, int input)
    {
        float scale = map.TryGet("scales", out FloatsAttribute? scales) ? scales.Values[input] : 1;
        long zero = map.GetInts("zero_points")![input];
        return [.. Enumerable.Range(0, Levels).Select(level =>
            (byte)Math.Clamp(MathF.Round((level - zero) * scale / map.GetFloat("y_scale", 1), MidpointRounding.ToEven) + map.GetInt("y_zero_point", 0), 0, 255))];
    }
}
