using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>
/// ONNX QuantizeLinear-25: y = saturate(rne(x / scale) + zero point) to integers of 2 to 16 bits, or x / scale + zero point as a number of 8 or 4 bits; per tensor, along an axis or in blocks of it.
/// NaN becomes the zero point of integers.
/// </summary>
public sealed class QuantizeLinear : Op
{
    /// <inheritdoc/>
    public override string OpType => "QuantizeLinear";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        Node node = context.Node;
        ElementTypes.Require(node, 0, context.Input(0).DType, t => DTypes.IsFloat(t) || t == DType.I32, "floating-point numbers or int32 elements");
        ElementTypes.Require(node, 1, context.Input(1).DType, t => DTypes.IsFloat(t) || t is DType.I32 or DType.F8E8M0, "floating-point numbers, int32 or float8e8m0 elements");
        DType type = (DType)context.Attributes.GetInt("output_dtype", 0);
        type = context.HasInput(2) ? context.Input(2).DType : type == DType.Undefined ? DType.U8 : type;
        ElementTypes.Require(node, 2, type, t => RangeOf(t) is not null || IsTarget(t), "integers of 2 to 16 bits or floating-point numbers of 8 and 4 bits");
        if (context.Shape(0) is { IsStatic: true } x && context.Shape(1) is { IsStatic: true } scale)
        {
            _ = QuantizationGrid.Of(node, x.ToArray(), scale.ToArray());
        }

        context.SetOutput(0, type == DType.Undefined ? DType.U8 : type, context.Shape(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        DType type = context.Node.Output.Type.DType;
        Tensor scale = context.Input(1);
        QuantizationGrid grid = QuantizationGrid.Of(context.Node, x.Dims, scale.Dims);
        float[] scales = QuantizationAxis.CheckedScales(context.Node, scale);
        double[] zeros = QuantizationAxis.CheckedZeroPoints(context.Node, context.InputOrNull(2), scales.Length);
        double[] values = x.ToDoubleArray();
        Tensor y = new(type, x.Dims);
        bool saturates = CastConversion.Saturates(context.Node);
        for (int i = 0; i < values.Length; i++)
        {
            int at = grid.ScaleOf(i);
            float quotient = (float)values[i] / scales[at];
            if (RangeOf(type) is not { } range)
            {
                y.MutableBytes()[i] = IsTarget(type)
                    ? SmallFloatBits.Encode((float)(quotient + zeros[at]), type, saturates)
                    : throw NodeErrors.Type(context.Node, $"quantises to {type}; integers of 2 to 16 bits and floating-point numbers of 8 and 4 bits are supported.");
                continue;
            }

            double whole = Math.Round((double)quotient, MidpointRounding.ToEven);
            int q = (int)Math.Clamp((double.IsNaN(whole) ? 0 : whole) + zeros[at], range.Low, range.High);
            if (DTypes.SizeOf(type) == 1)
            {
                y.MutableBytes()[i] = (byte)q;
            }
            else
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(y.MutableBytes()[(i * 2)..], (ushort)q);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        Operand y = context.Output();
        bool isBlocked = context.Node.Attributes.GetInt("block_size", 0) > 0;
        if (isBlocked || x.DType != DType.F32 || y.DType is not (DType.U8 or DType.I8) || context.Constant(1) is not { } scale || (context.InputOrNull(2) is not null && context.Constant(2) is null))
        {
            LowerGrid(context, x, y);
            return;
        }

        QuantizationAxis axis = QuantizationAxis.Of(context.Node, context.InputDims(0), scale, context.Constant(2));
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

    private static void LowerGrid(ILoweringContext context, Operand x, Operand y)
    {
        if (y.Count == 0 && !context.SizesVary)
        {
            return;
        }

        int[] grid = QuantizationGrid.Of(context.Node, context.InputDims(0), context.InputDims(1)).Literal;
        Operand values = CastLowering.Converted(context, x, DType.F32);
        Operand scales = CastLowering.Converted(context, context.Input(1), DType.F32);
        Operand? zeros = context.InputOrNull(2) is { } zero ? CastLowering.Converted(context, zero, DType.F32) : null;
        if (RangeOf(y.DType) is { } range)
        {
            context.Call("QuantizeGrid.ToInteger", 0, ("x", values), ("scales", scales), ("zeroPoints", zeros), ("y", y), ("grid", grid), ("low", range.Low), ("high", range.High));
            return;
        }

        Operand quotients = context.Scratch(DType.F32, y.Count)!;
        context.Call("QuantizeGrid.Divide", 0, ("x", values), ("scales", scales), ("zeroPoints", zeros), ("y", quotients), ("grid", grid));
        CastLowering.Convert(context, quotients, y, CastConversion.Saturates(context.Node));
    }

    private static bool IsTarget(DType type) => DTypes.IsSmallFloat(type) && type != DType.F8E8M0;

    private static (int Low, int High)? RangeOf(DType type) => type switch
    {
        DType.U8 => (0, 255),
        DType.I8 => (-128, 127),
        DType.U16 => (0, 65535),
        DType.I16 => (-32768, 32767),
        DType.U4 => (0, 15),
        DType.I4 => (-8, 7),
        DType.U2 => (0, 3),
        DType.I2 => (-2, 1),
        _ => null,
    };
}
