using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>
/// Writes out subgraphs that sequences and optionals go into or come out of, while a model is read: the branch of an If whose condition is known, the iterations of a Loop whose number is known,
/// and SequenceMap over a sequence of known length.
/// </summary>
/// <param name="sequences">What is known of sequences.</param>
/// <param name="known">What is known of tensors.</param>
/// <param name="inline">Adds the nodes of a subgraph to the graph of a scope: the subgraph, the scope around it, a prefix for names, and the values of its inputs; returns those of its outputs.</param>
internal sealed class SequenceBodies(OnnxSequences sequences, KnownValues known, Func<GraphProto, OnnxScope, string, IReadOnlyList<Value>, IReadOnlyList<Value>> inline)
{
    /// <summary>Each iteration becomes nodes of its own.</summary>
    private const long MaxIterations = 1024;

    /// <summary>Writes a node out.</summary>
    /// <param name="name">The node's name in the graph.</param>
    /// <returns>The values of its outputs, or null where the node is to be added as it is.</returns>
    /// <exception cref="ModelBuildException">A loop does not end within what the build allows (MDB2005), or its condition is only known at run time (MDB2001).</exception>
    public IReadOnlyList<Value>? WriteOut(NodeProto node, string name, IReadOnlyList<Value?> inputs, OnnxScope scope) => node.OpType switch
    {
        "If" when inputs.Count == 1 && known.Truth(inputs[0]) is { } condition && BodyOf(node, condition ? "then_branch" : "else_branch") is { } branch && node.Attribute.Any(a => a.G is { } either && Mentions(either, scope, isAny: true)) =>
            inline(branch, scope, name, []),
        "Loop" when BodyOf(node, "body") is { } body && (inputs.Any(i => i is not null && sequences.IsNoTensor(i)) || Mentions(body, scope, isAny: false)) => Unroll(node, body, name, inputs, scope),
        "SequenceMap" when BodyOf(node, "body") is { } body && inputs.Count > 0 && sequences.ElementsOf(inputs[0]) is { } elements => Map(body, name, elements, inputs, scope),
        _ => null,
    };

    private IReadOnlyList<Value>? Unroll(NodeProto node, GraphProto body, string name, IReadOnlyList<Value?> inputs, OnnxScope scope)
    {
        long? count = inputs.Count > 0 && inputs[0] is { } trips ? known.Integer(trips) : long.MaxValue;
        bool? condition = inputs.Count > 1 && inputs[1] is { } first ? known.Truth(first) : true;
        if (count is null || condition is null)
        {
            return null;
        }

        List<Value> carried = [.. inputs.Skip(2).Select((v, i) => v ?? throw Error(Descriptors.InvalidNode, name, $"input {i + 2} is missing."))];
        List<Value>[] slices = [.. Enumerable.Range(0, Math.Max(0, body.Output.Count - 1 - carried.Count)).Select(_ => new List<Value>())];
        for (long i = 0; i < count && condition == true; i++)
        {
            if (i == MaxIterations)
            {
                throw Error(Descriptors.GraphLimit, name, $"hands on a sequence for more than {MaxIterations} iterations. Export the model with a tensor instead, or set Runtime=\"onnxruntime\".");
            }

            string prefix = $"{name}/{i}";
            Value[] own = [scope.Target.AddConstant($"{prefix}/iteration", Tensor.Scalar(i)), scope.Target.AddConstant($"{prefix}/condition", Tensor.Scalar(true))];
            IReadOnlyList<Value> made = inline(body, scope, prefix, [.. own, .. carried]);
            if (made.Count < 1 + carried.Count)
            {
                throw Error(Descriptors.InvalidNode, name, $"its body makes {made.Count} values; {1 + carried.Count} are needed.");
            }

            condition = known.Truth(made[0]) ?? throw Error(Descriptors.UnsupportedOperator, name, "hands on a sequence while a condition that is only known at run time holds. Export the model with a constant number of iterations.");
            carried = [.. made.Skip(1).Take(carried.Count)];
            for (int s = 0; s < slices.Length; s++)
            {
                slices[s].Add(made[1 + carried.Count + s]);
            }
        }

        return [.. carried, .. slices.Take(Math.Max(0, node.Output.Count - carried.Count)).Select(s => Stack(scope.Target, name, s))];
    }

    private static Value Stack(Graph graph, string name, IReadOnlyList<Value> slices)
    {
        if (slices.Count == 0)
        {
            throw Error(Descriptors.UnsupportedOperator, name, "hands on a sequence and stacks the results of no iteration, whose sizes are not known. Export the model without the loop.");
        }

        Value[] rows = [.. slices.Select(s => Add("Unsqueeze", [s, graph.AddConstant($"{name}/axis", Tensor.Vector(0L))], null))];
        return Add("Concat", rows, new AttributeMap { { "axis", 0L } });

        Value Add(string opType, IReadOnlyList<Value?> operands, AttributeMap? attributes)
        {
            Value value = graph.Add(opType, $"{name}/{opType}", operands, attributes);
            TypeInference.Run(value.Producer!);
            return value;
        }
    }

    private List<Value>? Map(GraphProto body, string name, IReadOnlyList<Value> elements, IReadOnlyList<Value?> inputs, OnnxScope scope)
    {
        List<Value>[] results = [.. body.Output.Select(_ => new List<Value>())];
        for (int i = 0; i < elements.Count; i++)
        {
            List<Value> operands = [];
            foreach (Value? input in inputs)
            {
                Value operand = input ?? throw Error(Descriptors.InvalidNode, name, "an input is missing.");
                IReadOnlyList<Value>? others = sequences.ElementsOf(operand);
                if (others is not null && others.Count != elements.Count)
                {
                    throw Error(Descriptors.InvalidNode, name, $"its sequences have {elements.Count} and {others.Count} elements.");
                }

                operands.Add(others?[i] ?? operand);
            }

            IReadOnlyList<Value> made = inline(body, scope, $"{name}/{i}", operands);
            for (int r = 0; r < results.Length; r++)
            {
                results[r].Add(made[r]);
            }
        }

        return [.. results.Select(r => sequences.Make(scope.Target, name, r))];
    }

    private static GraphProto? BodyOf(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.G;

    // Whether a subgraph reads a sequence of the graphs around it or, where any will do, works with one of its own.
    private bool Mentions(GraphProto body, OnnxScope scope, bool isAny)
    {
        Stack<GraphProto> pending = new([body]);
        while (pending.TryPop(out GraphProto? current))
        {
            foreach (NodeProto node in current.Node)
            {
                if ((isAny && OnnxSequences.Operators.Contains(node.OpType)) || node.Input.Any(IsOuter))
                {
                    return true;
                }

                foreach (GraphProto inner in node.Attribute.Select(a => a.G).OfType<GraphProto>())
                {
                    pending.Push(inner);
                }
            }

            if (current.Output.Any(o => IsOuter(o.Name)))
            {
                return true;
            }
        }

        return false;

        bool IsOuter(string name) => name.Length > 0 && scope.Find(name) is { } value && sequences.IsNoTensor(value);
    }

    private static ModelBuildException Error(DiagnosticDescriptor descriptor, string node, string what) => new(Diagnostic.At(descriptor, node, $"'{node}' {what}"));
}
