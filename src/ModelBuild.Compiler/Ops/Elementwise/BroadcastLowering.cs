using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Chooses among the forms of a two-operand kernel: equal shapes, one scalar operand, broadcasting.</summary>
internal static class BroadcastLowering
{
    /// <summary>What forms a kernel family has beside the broadcasting one.</summary>
    [Flags]
    public enum Forms
    {
        /// <summary>Broadcasting only.</summary>
        None = 0,

        /// <summary><c>Op(a, b, y)</c> for operands of equal shape.</summary>
        Same = 1,

        /// <summary><c>OpScalar(a, b, y)</c> with one right element.</summary>
        RightScalar = 2,

        /// <summary><c>ScalarOp(a, b, y)</c> with one left element.</summary>
        LeftScalar = 4,

        /// <summary>The operands may be exchanged, so that a left scalar can become a right one.</summary>
        Commutative = 8,
    }

    /// <summary>Appends the call of <c>family.op</c>.</summary>
    /// <param name="aDims">Sizes of <paramref name="a"/>.</param>
    /// <param name="bDims">Sizes of <paramref name="b"/>.</param>
    /// <param name="yDims">Sizes of the result.</param>
    public static void Call(ILoweringContext context, string family, string op, Forms forms, Operand a, ReadOnlySpan<long> aDims, Operand b, ReadOnlySpan<long> bDims, Operand y, ReadOnlySpan<long> yDims)
    {
        bool aFull = a.Count == y.Count;
        bool bFull = b.Count == y.Count;
        if (aFull && bFull && forms.HasFlag(Forms.Same))
        {
            context.Call($"{family}.{op}", 0, ("a", a), ("b", b), ("y", y));
        }
        else if (aFull && b.Count == 1 && forms.HasFlag(Forms.RightScalar))
        {
            context.Call($"{family}.{op}Scalar", 0, ("a", a), ("b", b), ("y", y));
        }
        else if (bFull && a.Count == 1 && forms.HasFlag(Forms.LeftScalar))
        {
            context.Call($"{family}.Scalar{op}", 0, ("a", a), ("b", b), ("y", y));
        }
        else if (bFull && a.Count == 1 && forms.HasFlag(Forms.Commutative | Forms.RightScalar))
        {
            context.Call($"{family}.{op}Scalar", 0, ("a", b), ("b", a), ("y", y));
        }
        else
        {
            context.Call(
                $"{family}.{op}Broadcast",
                0,
                ("a", a),
                ("b", b),
                ("y", y),
                ("shape", Literals.Ints(context.Node, yDims)),
                ("aStrides", Broadcasting.Strides(aDims, yDims)),
                ("bStrides", Broadcasting.Strides(bDims, yDims)));
        }
    }

    /// <summary>Allows the result to lie over each operand that has its shape and is not repeated.</summary>
    public static void AllowInPlace(ILoweringContext context, params ReadOnlySpan<int> inputs)
    {
        long[] dims = context.OutputDims();
        foreach (int input in inputs)
        {
            if (context.Constant(input) is null && context.Input(input).DType == context.Output().DType && context.InputDims(input).AsSpan().SequenceEqual(dims))
            {
                context.AllowInPlace(0, input);
            }
        }
    }
}
