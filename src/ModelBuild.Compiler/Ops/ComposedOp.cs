using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>
/// An operator that is written with others in one place, <see cref="Build"/>: types, reference evaluation and <see cref="Expand"/> all follow from it. The parts' reference evaluations are independent
/// of their kernels; that the parts are the right ones is checked against stored outputs of the standard or against ONNX Runtime.
/// </summary>
public abstract class ComposedOp : CheckedOp, IComposedOp
{
    /// <inheritdoc/>
    public virtual bool ExpandsWhenOptimized => true;

    private protected override bool WidensBFloat16 => true;

    /// <summary>Adds the parts.</summary>
    /// <returns>One value per output; null for one that is not wanted.</returns>
    /// <exception cref="ModelBuildException">The node contradicts the operator's definition, or asks for something that the parts do not do.</exception>
    private protected abstract Value?[] Build(PartsBuilder parts);

    /// <summary>What must be known of the inputs for <see cref="Build"/>; by default all element types and ranks.</summary>
    private protected virtual bool IsKnown(IReadOnlyList<Value?> inputs) => inputs.All(i => i is null || (i.Type.DType != DType.Undefined && i.Type.Shape is not null));

    /// <summary>Sets the output types where the inputs are not known well enough for <see cref="Build"/>; by default the element type of the first input.</summary>
    private protected virtual void InferUnknown(InferenceContext context) => context.SetOutput(0, context.Input(0).DType, null);

    /// <inheritdoc/>
    public virtual bool CanExpand(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return IsKnown(node.Inputs);
    }

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        Value?[] results = Parts(new PartsBuilder(graph, node, node.Inputs));
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output && graph.IsUsed(output))
            {
                graph.ReplaceUses(output, Result(node, results, i));
            }
        }

        graph.Remove(node);
    }

    private protected sealed override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        if (!IsKnown(node.Inputs))
        {
            InferUnknown(context);
            return;
        }

        Graph graph = new(node.Graph.Operators);
        Value?[] inputs = [.. node.Inputs.Select((v, i) => v is null ? null : v.Constant is { } constant ? graph.AddConstant($"x{i}", constant) : graph.AddInput($"x{i}", v.Type))];
        Value?[] results = Parts(new PartsBuilder(graph, node, inputs));
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is not null)
            {
                context.SetOutput(i, Result(node, results, i).Type);
            }
        }
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Graph graph = new(node.Graph.Operators);
        Value?[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(i => context.InputOrNull(i) is { } tensor ? graph.AddConstant($"x{i}", tensor) : null)];
        Value?[] results = Parts(new PartsBuilder(graph, node, inputs));
        List<int> wanted = [.. Enumerable.Range(0, node.Outputs.Count).Where(i => node.Outputs[i] is not null)];
        foreach (int i in wanted)
        {
            graph.AddOutput($"y{i}", Result(node, results, i));
        }

        IReadOnlyList<Tensor> tensors = ReferenceEvaluator.Run(graph, [], context.Cancellation);
        Tensor[] outputs = new Tensor[node.Outputs.Count];
        for (int i = 0; i < wanted.Count; i++)
        {
            outputs[wanted[i]] = tensors[i];
        }

        return outputs;
    }

    private Value?[] Parts(PartsBuilder parts)
    {
        try
        {
            return Build(parts);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Sizes and attributes that no part was asked about yet.
            throw NodeErrors.Invalid(parts.Node, $"cannot be written with other operators: {e.Message}");
        }
    }

    private static Value Result(Node node, Value?[] results, int index) => (index < results.Length ? results[index] : null)
        ?? throw NodeErrors.Attribute(node, $"output {index}", "wanted", "Export the model for inference, where it is not used, or set Runtime=\"onnxruntime\".");
}
