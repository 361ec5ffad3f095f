using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX LpPool-22: the p-norm of each window; padding counts as zeros.</summary>
public sealed class LpPool : PoolOp
{
    /// <inheritdoc/>
    public override string OpType => "LpPool";

    /// <summary>Order of the norm.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is not positive.</exception>
    public static int Order(Node node) => node.Attributes.GetInt("p", 2) is >= 1 and <= short.MaxValue and long p
        ? (int)p
        : throw NodeErrors.Attribute(node, "p", $"{node.Attributes.GetInt("p", 2)}", "It must be positive.");

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Order(context.Node);
        base.InferTypes(context);
    }

    /// <inheritdoc/>
    protected override double Pool(Node node, ReadOnlySpan<double> plane, ReadOnlySpan<int> taps, int padded)
    {
        int order = Order(node);
        double sum = 0;
        foreach (int tap in taps)
        {
            sum += tap >= 0 ? Math.Pow(Math.Abs(plane[tap]), order) : 0;
        }

        return Math.Pow(sum, 1.0 / order);
    }
}
