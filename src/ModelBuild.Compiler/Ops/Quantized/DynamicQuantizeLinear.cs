using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>ONNX DynamicQuantizeLinear-11: binary32 to uint8 with the scale and zero point of the tensor's own range, which always holds 0.</summary>
public sealed class DynamicQuantizeLinear : Op
{
    private const float Levels = 255;

    /// <inheritdoc/>
    public override string OpType => "DynamicQuantizeLinear";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        if (context.Input(0).DType is not (DType.F32 or DType.Undefined))
        {
            throw NodeErrors.Type(context.Node, $"quantises {context.Input(0).DType}; ONNX defines it for binary32.");
        }

        context.SetOutput(0, DType.U8, context.Shape(0));
        context.SetOutput(1, DType.F32, Shape.Scalar);
        context.SetOutput(2, DType.U8, Shape.Scalar);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        ReadOnlySpan<float> x = context.Input(0).Span<float>();
        float low = 0;
        float high = 0;
        foreach (float value in x)
        {
            low = value < low ? value : low;
            high = value > high ? value : high;
        }

        float scale = high == low ? 1 : (high - low) / Levels;
        float start = MathF.Round(Math.Clamp(0 - (low / scale), 0, Levels), MidpointRounding.ToEven);
        byte zero = float.IsNaN(start) ? (byte)0 : (byte)start;
        Tensor y = new(DType.U8, context.Input(0).Dims);
        for (int i = 0; i < x.Length; i++)
        {
            float level = MathF.Round(x[i] / scale, MidpointRounding.ToEven);
            y.MutableBytes()[i] = (byte)Math.Clamp(float.IsNaN(level) ? zero : level + zero, 0, Levels);
        }

        return [y, Tensor.Scalar(scale), Tensor.Scalar(zero)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand? Optional(int index, DType type) => context.Node.Outputs.Count > index && context.Node.Outputs[index] is not null ? context.Output(index) : context.Scratch(type, 1);
        context.Call(
            "DynamicQuantize.F32", 0, ("x", context.Input(0)), ("y", context.Output()), ("scale", Optional(1, DType.F32)), ("zeroPoint", Optional(2, DType.U8)), ("length", (int)context.Input(0).Count));
    }
}
