using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX MaxPool-12: the largest element of each window; padding does not count. The indices output is not supported.</summary>
public sealed class MaxPool : PoolOp
{
    /// <inheritdoc/>
    public override string OpType => "MaxPool";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        if (context.Node.Outputs.Count > 1 && context.Node.Outputs[1] is not null)
        {
            throw NodeErrors.Attribute(context.Node, "Indices", "wanted", "Export the model without the indices output, or set Runtime=\"onnxruntime\".");
        }

        base.InferTypes(context);
    }

    /// <inheritdoc/>
    protected override double Pool(Node node, ReadOnlySpan<double> plane, ReadOnlySpan<int> taps, int padded)
    {
        double largest = double.NegativeInfinity;
        foreach (int tap in taps)
        {
            largest = tap >= 0 && (plane[tap] > largest || double.IsNaN(plane[tap])) ? plane[tap] : largest;
        }

        return largest;
    }
}
