using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>Moves Transpose nodes towards the outputs, where they meet their inverses and vanish: through elementwise operators, operators that treat each axis on its own, reshapes that keep neighbours together, concatenations, softmax, and into constants.</summary>
public sealed class PushTransposes : IPass
{
    private static readonly string[] s_unary =
    [
        "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "HardSwish", "HardSigmoid", "Exp", "Log", "Sqrt", "Abs", "Neg", "Reciprocal", "Floor", "Ceil", "Round", "Softsign", "Elu", "Selu", "Celu", "Softplus", "Erf", "Gelu", "Mish", "Cast", "Identity",
    ];

    private static readonly string[] s_binary = ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu"];

    /// <inheritdoc/>
    public string Name => nameof(PushTransposes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        Worklist work = new(graph);
        while (work.TryTake(out Node? node))
        {
            cancellation.ThrowIfCancellationRequested();
            if ((Cancel(graph, node) ?? Unary(graph, node) ?? Binary(graph, node) ?? Axis(graph, node) ?? Renamed(graph, node) ?? Quantization(graph, node)) is { } result)
            {
                changed = true;
                work.Add(node);
                work.AddAround(result);
            }
        }

        return changed;
    }

    /// <summary>True for an operator of one operand (and scalar bounds) that treats each element on its own.</summary>
    internal static bool IsElementwise(Node node) => node.Domain.Length == 0 && s_unary.Contains(node.OpType);

    /// <summary>The value that now stands for the node's output, or null where nothing matches; the same for the other rewrites.</summary>
    private static Value? Cancel(Graph graph, Node node)
    {
        if (node is not { OpType: "Transpose", Domain: "" } || node.Input(0).Type.Shape is not { } shape)
        {
            return null;
        }

        int[] perm = Transpose.Permutation(node, shape.Rank);
        if (perm.SequenceEqual(Enumerable.Range(0, perm.Length)))
        {
            Value x = node.Input(0);
            graph.ReplaceUses(node.Output, x);
            graph.Remove(node);
            return x;
        }

        if (TransposeBehind(node.Input(0)) is not { } first)
        {
            return null;
        }

        int[] inner = Transpose.Permutation(first, shape.Rank);
        Value merged = Make(graph, first.Input(0), [.. perm.Select(p => inner[p])], node.Name);
        graph.ReplaceUses(node.Output, merged);
        graph.Remove(node);
        return merged;
    }

    private static Value? Unary(Graph graph, Node node)
    {
        if (!IsElementwise(node) || TransposeBehind(node.InputOrNull(0)) is not { } transpose)
        {
            return null;
        }

        // The cast at a graph output stays last: WidenHalf takes any other cast to half precision for one inside the network.
        if (node.OpType == "Cast" && node.Output.Consumers.Count == 0 && graph.IsOutput(node.Output))
        {
            return null;
        }

        int[] perm = Transpose.Permutation(transpose, node.Input(0).Type.Shape!.Rank);
        node.SetInput(0, transpose.Input(0));
        return TransposeOutput(graph, node, perm);
    }

    private static Value? Binary(Graph graph, Node node)
    {
        if (!(node.Domain.Length > 0 ? node.Op is QuantizedBinaryOp : s_binary.Contains(node.OpType)) || node.Inputs.Count != 2 || node.Output.Type.Shape is not { } shape)
        {
            return null;
        }

        Node? lead = TransposeBehind(node.Input(0)) ?? TransposeBehind(node.Input(1));
        return lead?.Output.Type.Shape!.Rank == shape.Rank ? MoveBehind(graph, node, Transpose.Permutation(lead, shape.Rank)) : null;
    }

    private static Value? Axis(Graph graph, Node node)
    {
        if (!(node.Domain.Length > 0 ? node.Op is QuantizedConcatOp : node.OpType is "Concat" or "Softmax" or "LogSoftmax") || node.Output.Type.Shape is not { } shape
            || node.Inputs.Select(TransposeBehind).FirstOrDefault(t => t is not null) is not { } lead)
        {
            return null;
        }

        int[] perm = Transpose.Permutation(lead, shape.Rank);
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", node.OpType is "Softmax" or "LogSoftmax" ? -1 : 0), shape.Rank);
        return MoveBehind(graph, node, perm, () => node.Attributes["axis"] = new IntAttribute(perm[axis]));
    }

    /// <summary>Lets a node work on its inputs as they are before a transposition and transposes its result instead, where no input costs more than before.</summary>
    private static Value? MoveBehind(Graph graph, Node node, int[] perm, Action? adapt = null)
    {
        if (node.Inputs.Any(i => i is null || !CanBeBrought(i, perm)))
        {
            return null;
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            node.SetInput(i, Bring(graph, node.Input(i), perm));
        }

        adapt?.Invoke();
        return TransposeOutput(graph, node, perm);
    }

    private static Value? Renamed(Graph graph, Node node)
    {
        if (TransposeBehind(node.InputOrNull(0)) is not { } transpose)
        {
            return null;
        }

        int[] perm = Transpose.Permutation(transpose, transpose.Output.Type.Shape!.Rank);
        if (NhwcForms.Replace(graph, node, transpose, perm) is { } form)
        {
            return form;
        }

        if (ReshapeMoves.Plan(node, perm) is { } plan)
        {
            return Reshaped(graph, node, transpose, plan.Shape, plan.Perm);
        }

        if (AxisMoves.Rename(graph, node, perm) is not { } moved)
        {
            return null;
        }

        node.SetInput(0, transpose.Input(0));
        return TransposeOutput(graph, node, moved);
    }

    private static Value Reshaped(Graph graph, Node node, Node transpose, long[] shape, int[] perm)
    {
        Value reshaped = graph.Add("Reshape", node.Name, [transpose.Input(0), graph.AddConstant("shape", Tensor.Vector<long>(shape))]);
        TypeInference.Run(reshaped.Producer!);
        Value result = Make(graph, reshaped, perm, $"{node.Name}_moved");
        graph.ReplaceUses(node.Output, result);
        graph.Remove(node);
        return result;
    }

    private static Value? Quantization(Graph graph, Node node)
    {
        bool perTensor = node.Domain.Length == 0 && (node.OpType == "DynamicQuantizeLinear" || (node.OpType is "QuantizeLinear" or "DequantizeLinear" && node.Input(1).Constant is { Count: 1 }));
        if (!perTensor || TransposeBehind(node.Input(0)) is not { } transpose)
        {
            return null;
        }

        int[] perm = Transpose.Permutation(transpose, node.Input(0).Type.Shape!.Rank);
        node.SetInput(0, transpose.Input(0));
        return TransposeOutput(graph, node, perm);
    }

    private static Node? TransposeBehind(Value? value) => value is { Producer: { OpType: "Transpose", Domain: "" } node, Type.Shape: not null } ? node : null;

    /// <summary>
    /// A computed value that is not transposed itself is only brought from [N,C,H,W] into the kernels' layout, and only where that costs nothing; if it were
    /// also brought back, moving would not end.
    /// </summary>
    private static bool CanBeBrought(Value value, int[] perm)
    {
        if (value.Constant is { } constant)
        {
            return constant.Rank <= perm.Length;
        }

        return value.Type.Shape is { } shape && shape.Rank == perm.Length
            && (Source(value, perm) is not null || (perm is [0, 3, 1, 2] && (Twin(value, perm) is not null || MovesOnlyOnes(shape, Inverse(perm)))));
    }

    /// <summary>A value, which is transposed by <paramref name="perm"/> or can be brought, as it is before the transposition.</summary>
    private static Value Bring(Graph graph, Value value, int[] perm)
    {
        if (value.Constant is not { } tensor)
        {
            return Source(value, perm) ?? Twin(value, perm) ?? Make(graph, value, Inverse(perm), $"{value.Name}_moved");
        }

        long[] dims = [.. Enumerable.Repeat(1L, perm.Length - tensor.Rank), .. tensor.Dims];
        return graph.AddConstant(value.Name, tensor.Count == 1 ? tensor.Reshape([.. Enumerable.Repeat(1L, perm.Length)]) : Transpose.Apply(tensor.Reshape(dims), Inverse(perm)));
    }

    /// <summary>The value of which another is the transposition, or null.</summary>
    private static Value? Source(Value value, int[] perm) => TransposeBehind(value) is { } behind && Transpose.Permutation(behind, perm.Length).AsSpan().SequenceEqual(perm) ? behind.Input(0) : null;

    /// <summary>What another reader already made of a value by the inverse transposition, or null.</summary>
    private static Value? Twin(Value value, int[] perm)
    {
        int[] inverse = Inverse(perm);
        return value.Consumers.FirstOrDefault(n => n is { OpType: "Transpose", Domain: "" } && Transpose.Permutation(n, perm.Length).AsSpan().SequenceEqual(inverse))?.Output;
    }

    /// <summary>True when a transposition leaves the data as they are.</summary>
    private static bool MovesOnlyOnes(Shape shape, int[] perm)
    {
        int[] moved = [.. perm.Where(p => !shape[p].IsKnown || shape[p].Value != 1)];
        return moved.SequenceEqual(moved.Order());
    }

    private static Value TransposeOutput(Graph graph, Node node, int[] perm)
    {
        List<Node> transposes = [];
        foreach (Value output in node.Outputs.OfType<Value>().Where(o => o == node.Outputs[0] || o.Type.Shape?.Rank == perm.Length))
        {
            Node transpose = graph.AddNode("", "Transpose", $"{node.Name}_moved", [], [$"{node.Name}_moved"], new AttributeMap { { "perm", [.. perm.Select(p => (long)p)] } });
            graph.ReplaceUses(output, transpose.Output);
            transpose.SetInput(0, output);
            transpose.Output.Type = output.Type;
            transposes.Add(transpose);
        }

        TypeInference.Run(node);
        transposes.ForEach(t => TypeInference.Run(t));
        return transposes[0].Output;
    }

    private static Value Make(Graph graph, Value x, int[] perm, string name)
    {
        if (perm.SequenceEqual(Enumerable.Range(0, perm.Length)))
        {
            return x;
        }

        Value y = graph.Add("Transpose", name, [x], new AttributeMap { { "perm", [.. perm.Select(p => (long)p)] } });
        TypeInference.Run(y.Producer!);
        return y;
    }

    private static int[] Inverse(int[] perm)
    {
        int[] inverse = new int[perm.Length];
        for (int i = 0; i < perm.Length; i++)
        {
            inverse[perm[i]] = i;
        }

        return inverse;
    }
}
