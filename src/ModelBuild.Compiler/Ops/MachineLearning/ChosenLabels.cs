using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>The first output of a classifier: integers, or the strings whose positions it computes.</summary>
internal static class ChosenLabels
{
    /// <summary>The element type.</summary>
    public static DType TypeOf(string[] names) => names.Length > 0 ? DType.String : DType.I64;

    /// <summary>The labels of chosen positions or integers.</summary>
    public static Tensor Evaluate(string[] names, long[] chosen) =>
        names.Length == 0 ? Tensor.Vector<long>(chosen) : Tensor.OfStrings([.. chosen.Select(c => names[c])], chosen.Length);

    /// <summary>Memory for integers, or for positions from which <see cref="Complete"/> makes strings.</summary>
    public static Operand? Memory(ILoweringContext context, string[] names, int rows)
    {
        bool isWanted = context.Node.Outputs.Count > 0 && context.Node.Outputs[0] is not null;
        return isWanted && names.Length == 0 ? context.Output() : context.Scratch(DType.I64, rows);
    }

    /// <summary>Appends what makes strings of positions where the labels are strings.</summary>
    public static void Complete(ILoweringContext context, string[] names, Operand? positions)
    {
        if (names.Length == 0 || positions is null || context.Node.Outputs[0] is null)
        {
            return;
        }

        long[] keys = [.. Enumerable.Range(0, names.Length).Select(i => (long)i)];
        context.Call(
            "Features.Map", 0,
            ("x", positions), ("keys", context.Weights(Tensor.Vector<long>(keys))), ("values", context.Weights(Tensor.OfStrings([.. names, ""], names.Length + 1))), ("y", context.Output()));
    }
}
