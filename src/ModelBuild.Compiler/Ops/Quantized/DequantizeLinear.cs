using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>ONNX DequantizeLinear-25: y = (x - zero point) * scale in binary32, of integers and of floating-point numbers of 8 and 4 bits; per tensor, along an axis or in blocks of it.</summary>
public sealed class DequantizeLinear : Op
{
    /// <inheritdoc/>
    public override string OpType => "DequantizeLinear";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        Node node = context.Node;
        ElementTypes.Require(node, 0, context.Input(0).DType, IsSource, "integers or floating-point numbers of 8 and 4 bits");
        ElementTypes.Require(node, 1, context.Input(1).DType, t => DTypes.IsFloat(t) || t == DType.F8E8M0, "floating-point numbers or float8e8m0 elements");
        if (context.Shape(0) is { IsStatic: true } x && context.Shape(1) is { IsStatic: true } scale)
        {
            _ = QuantizationGrid.Of(node, x.ToArray(), scale.ToArray());
        }

        context.SetOutput(0, ResultType(node, context.Input(1).DType), context.Shape(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        ElementTypes.Require(context.Node, 0, x.DType, IsSource, "integers or floating-point numbers of 8 and 4 bits");
        Tensor scale = context.Input(1);
        QuantizationGrid grid = QuantizationGrid.Of(context.Node, x.Dims, scale.Dims);
        float[] scales = QuantizationAxis.CheckedScales(context.Node, scale);
        double[] zeros = QuantizationAxis.CheckedZeroPoints(context.Node, context.InputOrNull(2), scales.Length);
        double[] values = x.ToDoubleArray();
        float[] y = new float[values.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int at = grid.ScaleOf(i);
            y[i] = (float)(values[i] - zeros[at]) * scales[at];
        }

        return [CastConversion.Run(context.Node, Tensor.Create<float>(y, x.Dims), ResultType(context.Node, scale.DType))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        Operand y = context.Output();
        bool isBlocked = context.Node.Attributes.GetInt("block_size", 0) > 0;
        string? kernel = (x.DType, y.DType) switch
        {
            (DType.U8, DType.F32) => "Dequantize.U8ToF32",
            (DType.I8, DType.F32) => "Dequantize.S8ToF32",
            (DType.I32, DType.F32) => "Dequantize.S32ToF32",
            _ => null,
        };
        if (isBlocked || kernel is null || context.Constant(1) is not { } scale || (context.InputOrNull(2) is not null && context.Constant(2) is null))
        {
            LowerGrid(context, x, y);
            return;
        }

        QuantizationAxis axis = QuantizationAxis.Of(context.Node, context.InputDims(0), scale, context.Constant(2));
        List<(string, StepValue)> arguments = [("x", x), ("y", y)];
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

    private static void LowerGrid(ILoweringContext context, Operand x, Operand y)
    {
        if (y.Count == 0 && !context.SizesVary)
        {
            return;
        }

        int[] grid = QuantizationGrid.Of(context.Node, context.InputDims(0), context.InputDims(1)).Literal;
        Operand result = y.DType == DType.F32 ? y : context.Scratch(DType.F32, y.Count)!;
        context.Call(
            "QuantizeGrid.Multiply", 0,
            ("x", CastLowering.Converted(context, x, DType.F32)), ("scales", CastLowering.Converted(context, context.Input(1), DType.F32)),
            ("zeroPoints", context.InputOrNull(2) is { } zero ? CastLowering.Converted(context, zero, DType.F32) : null), ("y", result), ("grid", grid));
        if (result != y)
        {
            CastLowering.Convert(context, result, y);
        }
    }

    private static bool IsSource(DType type) => DTypes.IsInteger(type) || (DTypes.IsSmallFloat(type) && type != DType.F8E8M0);

    private static DType ResultType(Node node, DType scale)
    {
        DType asked = (DType)node.Attributes.GetInt("output_dtype", 0);
        DType type = asked != DType.Undefined ? asked : scale is DType.Undefined or DType.F8E8M0 ? DType.F32 : scale;
        return DTypes.IsFloat(type) ? type : throw NodeErrors.Attribute(node, "output_dtype", type.ToString(), "It must be a floating-point type of 16 bits or more.");
    }
}
