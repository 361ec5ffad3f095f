using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Evaluates nodes whose inputs are all constants, within a bound on the size of the result. </summary>
/// <param name="keepQuantized">True to leave dequantised weights as they are stored, which standard ONNX files need.</param>
public sealed class FoldConstants(bool keepQuantized) : IPass
{
    /// <summary>A tiny model may ask for a huge constant; beyond this the node is left to run time.</summary>
    private const long MaxBytes = 64L * 1024 * 1024;

    private static readonly string[] s_keep = ["If", "Loop", "Scan"];

    /// <inheritdoc/>
    public string Name => nameof(FoldConstants);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        HashSet<Node> folded = [];
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isShape = node.OpType is "Shape" or "Size" && node.InputOrNull(0)?.Type.Shape is { IsStatic: true };
            bool constant = node.Op is not null && !s_keep.Contains(node.OpType) && !(keepQuantized && node.OpType == "DequantizeLinear") && (isShape || node.Inputs.All(i => i is null || i.IsConstant));
            if (!constant || node.Outputs.Any(o => o is not null && !(Fits(o) && graph.SizeDependence?.MayFold(o) != false)))
            {
                continue;
            }

            Tensor[] results = isShape ? [ShapeOf(node)] : node.Op!.Evaluate(new EvaluationContext(node, [.. node.Inputs.Select(i => i?.Constant)], cancellation));
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output && graph.IsUsed(output))
                {
                    if (i >= results.Length)
                    {
                        throw NodeErrors.Invalid(node, $"has {node.Outputs.Count} outputs; the operator makes {results.Length}.");
                    }

                    graph.SizeDependence?.Record(output, results[i]);
                    graph.ReplaceUses(output, graph.AddConstant(output.Name, results[i]));
                }
            }

            folded.Add(node);
        }

        graph.RemoveAll(folded);
        return folded.Count > 0;
    }

    private static bool Fits(Value output) => !output.Type.IsStatic || output.Type.Shape!.ElementCount <= MaxBytes / Math.Max(1, DTypes.SizeOf(output.Type.DType));

    private static Tensor ShapeOf(Node node)
    {
        long[] dims = node.Input(0).Type.Shape!.ToArray();
        if (node.OpType == "Size")
        {
            return Tensor.Scalar(dims.Aggregate(1L, (a, b) => a * b));
        }

        int start = Clamp(node.Attributes.GetInt("start", 0), dims.Length);
        int end = Clamp(node.Attributes.GetInt("end", dims.Length), dims.Length);
        return Tensor.Vector<long>(dims.AsSpan(start, Math.Max(0, end - start)));
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}
