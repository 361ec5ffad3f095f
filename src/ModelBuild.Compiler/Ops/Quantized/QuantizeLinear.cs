using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>ONNX QuantizeLinear-21: y = saturate(rne(x / scale) + zero point), per tensor or along an axis, to int8 or uint8.</summary>
public sealed class QuantizeLinear : Op
{
    /// <inheritdoc/>
    public override string OpType => "QuantizeLinear";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        QuantizationAxis.RefuseBlocks(context.Node);
        DType type = context.HasInput(2) ? context.Input(2).DType : (DType)context.Attributes.GetInt("output_dtype", (long)DType.U8);
        context.SetOutput(0, type == DType.Undefined ? DType.U8 : type, context.Shape(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        DType type = context.Node.Output.Type.DType;
        QuantizationAxis axis = QuantizationAxis.Of(context.Node, x.Dims, context.Input(1), context.InputOrNull(2));
        (int low, int high) = type switch
        {
            DType.U8 => (0, 255),
            DType.I8 => (-128, 127),
            DType.U16 => (0, 65535),
            DType.I16 => (-32768, 32767),
            _ => throw NodeErrors.Type(context.Node, $"quantises to {type}; int8, uint8, int16 and uint16 are supported."),
        };
        double[] values = x.ToDoubleArray();
        Tensor y = new(type, x.Dims);
        Span<byte> bytes = y.MutableBytes();
        for (int i = 0; i < values.Length; i++)
        {
            int channel = axis.ChannelOf(i);
            float quotient = MathF.Round((float)values[i] / axis.Scales[channel], MidpointRounding.ToEven);
            int q = (int)Math.Clamp(double.IsNaN(quotient) ? 0 : quotient + (double)axis.ZeroPoints[channel], low, high);
            if (type is DType.U8 or DType.I8)
            {
                bytes[i] = (byte)q;
            }
            else
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes[(i * 2)..], (ushort)q);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        Operand y = context.Output();
        QuantizationAxis axis = QuantizationAxis.Of(context.Node, context.InputDims(0), QuantizationAxis.Constant(context, 1), context.Constant(2));
        if (x.DType != DType.F32 || y.DType is not (DType.U8 or DType.I8))
        {
            throw NodeErrors.Type(context.Node, $"quantises {x.DType} to {y.DType}; binary32 to int8 or uint8 has a kernel. Set Runtime=\"onnxruntime\" for others.");
        }

        string kernel = y.DType == DType.U8 ? "Quantize.F32ToU8" : "Quantize.F32ToS8";
        if (axis.Scales.Length == 1)
        {
            context.Call(kernel, 0, ("x", x), ("y", y), ("length", (int)x.Count), ("scale", axis.Scales[0]), ("zeroPoint", axis.ZeroPoints[0]));
        }
        else
        {
            context.Call(
                kernel + "PerAxis", 0, ("x", x), ("scales", context.Weights(Tensor.Vector<float>(axis.Scales))), ("zeroPoints", context.Weights(axis.ZeroPointTensor(y.DType))), ("y", y),
                ("outer", axis.Outer), ("axisLength", axis.Scales.Length), ("inner", axis.Inner));
        }
    }
}
