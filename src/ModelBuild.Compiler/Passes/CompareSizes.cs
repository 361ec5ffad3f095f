using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>Puts <see cref="CommonSizes"/> before a node whose operands have sizes that only a call can tell to fit together.</summary>
public sealed class CompareSizes : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(CompareSizes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        if (graph.SizeDependence is not { HasMisfits: true } dependence)
        {
            return false;
        }

        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            int[] operands = [.. Enumerable.Range(0, node.Inputs.Count).Where(i => node.Inputs[i] is { IsConstant: false })];
            if (operands.Length == 0 || node.Op is not { BroadcastsInputs: true } || !dependence.IsMisfit(node) || node.Inputs.Any(i => i?.Producer?.Op is CommonSizes))
            {
                continue;
            }

            AttributeMap attributes = new() { { CommonSizes.Operands, [.. operands.Select(i => (long)i)] } };
            Node common = graph.AddNode(InternalDomain.Name, nameof(CommonSizes), $"{node.Output.Name}/common", node.Inputs, [.. operands.Select(i => $"{node.Output.Name}/common{i}")], attributes);
            for (int i = 0; i < operands.Length; i++)
            {
                node.SetInput(operands[i], common.Outputs[i]);
            }

            changed = true;
        }

        return changed;
    }
}
