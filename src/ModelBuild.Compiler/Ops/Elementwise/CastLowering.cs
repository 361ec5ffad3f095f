using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Lowers conversions of element types.</summary>
internal static class CastLowering
{
    /// <summary>Appends the conversion of the first input to the first output.</summary>
    public static void Call(ILoweringContext context)
    {
        Operand x = context.Input(0);
        Operand y = context.Output();
        ElementTypes.RequireMovable(context.Node, x.DType);
        ElementTypes.RequireMovable(context.Node, y.DType);
        if (x.DType == y.DType)
        {
            context.Alias(0, 0);
            return;
        }

        Convert(context, x, y, CastConversion.Saturates(context.Node), CastConversion.Rounding(context.Node));
    }

    /// <summary>Memory with the elements of an operand in another type; the operand itself where it has that type.</summary>
    public static Operand Converted(ILoweringContext context, Operand x, DType type)
    {
        if (x.DType == type || (x.Count == 0 && !context.SizesVary))
        {
            return x;
        }

        Operand y = context.Scratch(type, x.Count)!;
        Convert(context, x, y);
        return y;
    }

    /// <summary>Appends the conversion of an operand into another: by way of binary32 where C# has no type for one of them, and of 64-bit integers to those of 4 and 2 bits.</summary>
    /// <param name="saturate">Whether a number outside of a small type's range becomes the largest one.</param>
    /// <param name="rounding">How powers of 2 are rounded.</param>
    public static void Convert(ILoweringContext context, Operand x, Operand y, bool saturate = true, PowerRounding rounding = PowerRounding.Up)
    {
        if (y.Count == 0 && !context.SizesVary)
        {
            return;
        }

        if ((x.DType == DType.BF16 || DTypes.IsSmallFloat(x.DType)) && y.DType != DType.F32)
        {
            x = Converted(context, x, DType.F32);
        }

        if (y.DType == DType.BF16)
        {
            context.Call("SmallFloats.ToBF16", 0, ("x", Converted(context, x, DType.F32)), ("y", y));
        }
        else if (SmallFormat(y.DType) is { } target)
        {
            context.Call("SmallFloats.Encode", 0, ("x", Converted(context, x, DType.F32)), ("y", y), ("format", target), ("saturate", saturate), ("rounding", rounding));
        }
        else if (x.DType == DType.BF16)
        {
            context.Call("SmallFloats.FromBF16", 0, ("x", x), ("y", y));
        }
        else if (SmallFormat(x.DType) is { } source)
        {
            context.Call("SmallFloats.Decode", 0, ("x", x), ("y", y), ("format", source));
        }
        else if (DTypes.IsSmallInteger(y.DType))
        {
            context.Call("Cast.LowBits", 0, ("x", Converted(context, x, DType.I64)), ("y", y), ("bits", DTypes.PackedBits(y.DType)));
        }
        else
        {
            context.Call(y.DType == DType.Bool ? "Cast.ToBool" : x.DType == DType.Bool ? "Cast.FromBool" : "Cast.Run", 0, ("x", x), ("y", y));
        }
    }

    private static SmallFloat? SmallFormat(DType type) => type switch
    {
        DType.F8E4M3 => SmallFloat.E4M3,
        DType.F8E4M3Uz => SmallFloat.E4M3Uz,
        DType.F8E5M2 => SmallFloat.E5M2,
        DType.F8E5M2Uz => SmallFloat.E5M2Uz,
        DType.F8E8M0 => SmallFloat.E8M0,
        DType.F4E2M1 => SmallFloat.E2M1,
        _ => null,
    };
}
