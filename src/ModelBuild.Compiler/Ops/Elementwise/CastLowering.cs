using ModelBuild.Compiler.Ir;

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

        string kernel = y.DType == DType.Bool ? "Cast.ToBool" : x.DType == DType.Bool ? "Cast.FromBool" : "Cast.Run";
        context.Call(kernel, 0, ("x", x), ("y", y));
    }
}
