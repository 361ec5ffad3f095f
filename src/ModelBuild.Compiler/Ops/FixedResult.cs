using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Lowers nodes whose result does not depend on what is computed at run time.</summary>
internal static class FixedResult
{
    /// <summary>Copies a constant to the first output.</summary>
    public static void Copy(ILoweringContext context, Tensor value)
    {
        ElementTypes.RequireMovable(context.Node, value.DType);
        context.Call("Copy.Run", 0, ("x", context.Weights(value)), ("y", context.Output()));
    }
}
