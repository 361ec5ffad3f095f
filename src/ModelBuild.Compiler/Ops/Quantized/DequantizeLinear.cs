using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>ONNX DequantizeLinear-21: y = (x - zero point) * scale in binary32, per tensor or along an axis.</summary>
public sealed class DequantizeLinear : Op
{
    /// <inheritdoc/>
    public override string OpType => "DequantizeLinear";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        QuantizationAxis.RefuseBlocks(context.Node);
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsInteger, "integers");
        context.SetOutput(0, context.Input(1).DType is DType.Undefined ? DType.F32 : context.Input(1).DType, context.Shape(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        ElementTypes.Require(context.Node, 0, x.DType, DTypes.IsInteger, "integers");
        QuantizationAxis axis = QuantizationAxis.Of(context.Node, x.Dims, context.Input(1), context.InputOrNull(2));
        long[] values = x.ToInt64Array();
        float[] y = new float[values.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int channel = axis.ChannelOf(i);
            y[i] = (float)(values[i] - axis.ZeroPoints[channel]) * axis.Scales[channel];
        }

        return context.Input(1).DType switch
        {
            DType.F32 => [Tensor.Create<float>(y, x.Dims)],
            DType.F16 => [Tensor.Create<Half>([.. y.Select(v => (Half)v)], x.Dims)],
            DType other => throw NodeErrors.Type(context.Node, $"dequantises to {other}; binary32 and binary16 are supported."),
        };
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        QuantizationAxis axis = QuantizationAxis.Of(context.Node, context.InputDims(0), QuantizationAxis.Constant(context, 1), context.Constant(2));
        string kernel = (x.DType, context.Output().DType) switch
        {
            (DType.U8, DType.F32) => "Dequantize.U8ToF32",
            (DType.I8, DType.F32) => "Dequantize.S8ToF32",
            (DType.I32, DType.F32) => "Dequantize.S32ToF32",
            _ => throw NodeErrors.Type(context.Node, $"dequantises {x.DType} to {context.Output().DType}; int8, uint8 and int32 to binary32 have a kernel. Set Runtime=\"onnxruntime\" for others."),
        };
        List<(string, StepValue)> arguments = [("x", x), ("y", context.Output())];
        if (axis.Scales.Length == 1)
        {
            arguments.AddRange([("length", (int)x.Count), ("scale", axis.Scales[0])]);
        }
        else
        {
            arguments.AddRange([("scales", context.Weights(Tensor.Vector<float>(axis.Scales))), ("outer", axis.Outer), ("axisLength", axis.Scales.Length), ("inner", axis.Inner)]);
        }

        // int32 values are sums of products, which have no zero point.
        if (x.DType != DType.I32)
        {
            arguments.Add(axis.Scales.Length == 1 ? ("zeroPoint", axis.ZeroPoints[0]) : ("zeroPoints", context.Weights(axis.ZeroPointTensor(x.DType))));
        }
        else if (axis.ZeroPoints.Any(z => z != 0))
        {
            throw NodeErrors.Attribute(context.Node, "x_zero_point", "not 0", "ONNX requires a zero point of 0 for int32.");
        }

        context.Call(axis.Scales.Length == 1 ? kernel : kernel + "PerAxis", 0, [.. arguments]);
    }
}
