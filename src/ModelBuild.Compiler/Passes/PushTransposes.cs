using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>Moves Transpose nodes towards the outputs, where they meet their inverses and vanish: through elementwise operators, concatenations, softmax, and into constants.</summary>
public sealed class PushTransposes : IPass
{
    private static readonly string[] s_unary =
    [
        "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "HardSwish", "HardSigmoid", "Exp", "Log", "Sqrt", "Abs", "Neg", "Reciprocal", "Floor", "Ceil", "Round", "Softsign", "Elu", "Selu", "Softplus", "Erf", "Cast", "Identity",
    ];

    private static readonly string[] s_binary = ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu"];

    /// <inheritdoc/>
    public string Name => nameof(PushTransposes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        foreach (Node node in graph.Nodes)
        {
            if (Cancel(graph, node) || Unary(graph, node) || Binary(graph, node) || Axis(graph, node) || Quantization(graph, node))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Cancel(Graph graph, Node node)
    {
        if (node is not { OpType: "Transpose", Domain: "" } || node.Input(0).Type.Shape is not { } shape)
        {
            return false;
        }

        int[] perm = Transpose.Permutation(node, shape.Rank);
        if (perm.SequenceEqual(Enumerable.Range(0, perm.Length)))
        {
            graph.ReplaceUses(node.Output, node.Input(0));
            graph.Remove(node);
            return true;
        }

        if (TransposeBehind(node.Input(0)) is not { } first)
        {
            return false;
        }

        int[] inner = Transpose.Permutation(first, shape.Rank);
        Value merged = Make(graph, first.Input(0), [.. perm.Select(p => inner[p])], node.Name);
        graph.ReplaceUses(node.Output, merged);
        graph.Remove(node);
        return true;
    }

    private static bool Unary(Graph graph, Node node)
    {
        if (node.Domain.Length > 0 || !s_unary.Contains(node.OpType) || TransposeBehind(node.InputOrNull(0)) is not { } transpose || !MayMove(transpose))
        {
            return false;
        }

        int[] perm = Transpose.Permutation(transpose, node.Input(0).Type.Shape!.Rank);
        node.SetInput(0, transpose.Input(0));
        TransposeOutput(graph, node, perm);
        return true;
    }

    private static bool Binary(Graph graph, Node node)
    {
        if (node.Domain.Length > 0 || !s_binary.Contains(node.OpType) || node.Inputs.Count != 2 || node.Output.Type.Shape is not { } shape)
        {
            return false;
        }

        Node? a = TransposeBehind(node.Input(0));
        Node? b = TransposeBehind(node.Input(1));
        Node? lead = a ?? b;
        if (lead is null || !MayMove(lead) || (a is not null && b is not null && !Same(a, b)))
        {
            return false;
        }

        int[] perm = Transpose.Permutation(lead, lead.Output.Type.Shape!.Rank);
        if (perm.Length != shape.Rank)
        {
            return false;
        }

        for (int i = 0; i < 2; i++)
        {
            if (TransposeBehind(node.Input(i)) is null && !CanBeBrought(node.Input(i), shape.Rank))
            {
                return false;
            }
        }

        int[] inverse = Inverse(perm);
        for (int i = 0; i < 2; i++)
        {
            Value input = node.Input(i);
            node.SetInput(i, TransposeBehind(input) is { } t ? t.Input(0) : Bring(graph, input, inverse));
        }

        TransposeOutput(graph, node, perm);
        return true;
    }

    private static bool Axis(Graph graph, Node node)
    {
        if (node.Domain.Length > 0 || node.OpType is not ("Concat" or "Softmax" or "LogSoftmax") || node.Output.Type.Shape is not { } shape)
        {
            return false;
        }

        Node?[] transposes = [.. node.Inputs.Select(TransposeBehind)];
        if (transposes[0] is not { } first || !MayMove(first) || transposes.Any(t => t is null || !Same(t, first)))
        {
            return false;
        }

        int[] perm = Transpose.Permutation(first, shape.Rank);
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", node.OpType == "Concat" ? 0 : -1), shape.Rank);
        node.Attributes["axis"] = new IntAttribute(perm[axis]);
        for (int i = 0; i < transposes.Length; i++)
        {
            node.SetInput(i, transposes[i]!.Input(0));
        }

        TransposeOutput(graph, node, perm);
        return true;
    }

    private static bool Quantization(Graph graph, Node node)
    {
        bool perTensor = node.OpType is "QuantizeLinear" or "DequantizeLinear" && node.Domain.Length == 0 && node.Input(1).Constant is { Count: 1 };
        if (!perTensor || TransposeBehind(node.Input(0)) is not { } transpose || !MayMove(transpose))
        {
            return false;
        }

        int[] perm = Transpose.Permutation(transpose, node.Input(0).Type.Shape!.Rank);
        node.SetInput(0, transpose.Input(0));
        TransposeOutput(graph, node, perm);
        return true;
    }

    /// <summary>A transposed value with other readers would be computed in both layouts; moving would then not end.</summary>
    private static bool MayMove(Node transpose) => transpose.Output.Type.Shape is not null;

    private static Node? TransposeBehind(Value? value) => value?.Producer is { OpType: "Transpose", Domain: "" } node ? node : null;

    private static bool Same(Node a, Node b) => a.Output.Type.Shape is { } s && b.Output.Type.Shape is { } t && s.Rank == t.Rank && Transpose.Permutation(a, s.Rank).SequenceEqual(Transpose.Permutation(b, t.Rank));

    private static bool CanBeBrought(Value value, int rank) => value.IsConstant && value.Constant!.Rank <= rank;

    private static Value Bring(Graph graph, Value value, int[] inverse)
    {
        Tensor tensor = value.Constant!;
        long[] dims = [.. Enumerable.Repeat(1L, inverse.Length - tensor.Rank), .. tensor.Dims];
        return graph.AddConstant(value.Name, tensor.Count == 1 ? tensor.Reshape([.. Enumerable.Repeat(1L, inverse.Length)]) : Transpose.Apply(tensor.Reshape(dims), inverse));
    }

    private static void TransposeOutput(Graph graph, Node node, int[] perm)
    {
        Value output = node.Output;
        Node transpose = graph.AddNode("", "Transpose", $"{node.Name}_moved", [], [$"{node.Name}_moved"], new AttributeMap { { "perm", [.. perm.Select(p => (long)p)] } });
        graph.ReplaceUses(output, transpose.Output);
        transpose.SetInput(0, output);
        transpose.Output.Type = output.Type;
        TypeInference.Run(node);
        TypeInference.Run(transpose);
    }

    private static Value Make(Graph graph, Value x, int[] perm, string name)
    {
        if (perm.SequenceEqual(Enumerable.Range(0, perm.Length)))
        {
            return x;
        }

        return graph.Add("Transpose", name, [x], new AttributeMap { { "perm", [.. perm.Select(p => (long)p)] } });
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
