using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>An operator on strings.</summary>
public abstract class StringOp : CheckedOp
{
    private protected override int MinInputs => 1;

    /// <summary>Checks that all inputs are strings.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One is not (MDB2003).</exception>
    private protected static void RequireStrings(InferenceContext context)
    {
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            ElementTypes.Require(context.Node, i, context.Input(i).DType, t => t == DType.String, "strings");
        }
    }
}
