using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>MatMulIntegerToFloat and DynamicQuantizeMatMul: MatMulInteger, the scales and a bias; the latter quantises its first operand too. The parts fuse into one integer product.</summary>
/// <param name="isDynamic">True for DynamicQuantizeMatMul.</param>
internal sealed class ContribIntegerMatMul(bool isDynamic) : ContribOp(isDynamic ? "DynamicQuantizeMatMul" : "MatMulIntegerToFloat", isDynamic ? 3 : 4, isDynamic ? 5 : 7)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value a = parts.Input(0);
        Value scaleB = parts.Input(isDynamic ? 2 : 3);
        Value? zeroB = parts.InputOrNull(isDynamic ? 3 : 5);
        Value scaleA;
        Value? zeroA;
        if (isDynamic)
        {
            Value[] quantized = parts.Add("", "DynamicQuantizeLinear", [a], 3);
            (a, scaleA, zeroA) = (quantized[0], quantized[1], quantized[2]);
        }
        else
        {
            (scaleA, zeroA) = (parts.Input(2), parts.InputOrNull(4));
        }

        Value product = parts.Cast(parts.Add("MatMulInteger", [a, parts.Input(1), zeroA, zeroB]), scaleB.Type.DType);
        Value scaled = parts.Add("Mul", [product, parts.Add("Mul", [scaleA, scaleB])]);
        return [parts.InputOrNull(isDynamic ? 4 : 6) is { } bias ? parts.Add("Add", [scaled, bias]) : scaled];
    }
}
