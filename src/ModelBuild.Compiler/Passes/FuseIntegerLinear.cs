using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// MatMulInteger and ConvInteger of a uint8 value and constant weights take in what exporters of dynamic int8 write behind them: Cast to binary32, Mul by the input's scale times the weights',
/// Add of a bias, and an activation.
/// </summary>
public sealed class FuseIntegerLinear : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseIntegerLinear);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            bool isConv = node.OpType == "ConvInteger";
            bool matches = node.Domain.Length == 0 && (isConv || node.OpType == "MatMulInteger") && graph.IsUsed(node.Output)
                && node.Input(0) is { Type: { DType: DType.U8, Shape: { } x } } && node.Input(1).Constant is { DType: DType.I8 or DType.U8 } w && (isConv ? w.Rank is 3 or 4 : w.Rank == 2) && x.Rank >= 2
                && (node.InputOrNull(2) is null || node.Input(2).Type.Shape is { IsStatic: true, ElementCount: 1 }) && (node.InputOrNull(3) is null || node.Input(3).IsConstant);
            if (matches)
            {
                Fuse(graph, node, isConv);
                changed = true;
            }
        }

        return changed;
    }

    private static void Fuse(Graph graph, Node node, bool isConv)
    {
        Tensor weights = node.Input(1).Constant!;
        int channels = (int)weights.Dims[isConv ? 0 : 1];
        QuantizedWeights w = QuantizedWeights.Of(weights, [1f], node.InputOrNull(3)?.Constant, channels);
        int rank = weights.Rank;
        AttributeMap map = isConv ? NhwcImage.Attributes(node, rank) : [];
        if (w.ZeroPoints is not null)
        {
            map["w_zero_points"] = new IntsAttribute([.. w.ZeroPoints.Select(z => (long)z)]);
        }

        Value x = isConv ? NhwcImage.Enter(graph, node, node.Input(0), rank) : node.Input(0);
        List<Value?> inputs = [x, graph.AddConstant(node.Input(1).Name, isConv ? NhwcImage.Filters(w.Values) : w.Values), node.InputOrNull(2)];
        List<Node> absorbed = [node];
        if (Next(graph, node, "Cast") is { } cast && cast.Output.Type.DType == DType.F32 && Next(graph, cast, "Mul") is { } mul && Scale(Other(mul, cast.Output), channels, rank) is { } scale)
        {
            absorbed.AddRange([cast, mul]);
            inputs.Add(scale.X);
            map["w_scales"] = new FloatsAttribute(scale.W);
            Node last = mul;
            if (Next(graph, last, "Add") is { } add && PerChannel(Other(add, last.Output), channels, rank) is { } bias)
            {
                absorbed.Add(last = add);
                inputs.Add(graph.AddConstant($"{node.Name}_bias", Tensor.Vector<float>(bias.Length == 1 ? [.. Enumerable.Repeat(bias[0], channels)] : bias)));
            }

            if (last.Output.Consumers.Count == 1 && !graph.IsOutput(last.Output) && last.Output.Consumers[0] is { Domain: "" } function && ActivationReference.Match(function) is { } activation)
            {
                absorbed.Add(function);
                map["activation"] = new StringAttribute(activation.Activation.ToString());
                map["alpha"] = new FloatAttribute(activation.Alpha);
                map["beta"] = new FloatAttribute(activation.Beta);
            }
        }

        Node fused = graph.AddNode(FusedDomain.Name, isConv ? "IntegerConv" : "IntegerGemm", node.Name, inputs, [$"{node.Name}_result"], map);
        fused.FusedFrom.AddRange(absorbed.Skip(1).Select(n => n.ToString()));
        Value result = isConv ? NhwcImage.Leave(graph, node, fused.Output, rank) : fused.Output;
        graph.ReplaceUses(absorbed[^1].Output, result);
        for (int i = absorbed.Count - 1; i >= 0; i--)
        {
            graph.Remove(absorbed[i]);
        }
    }

    private static Node? Next(Graph graph, Node node, string opType) =>
        node.Output.Consumers.Count == 1 && !graph.IsOutput(node.Output) && node.Output.Consumers[0] is { Domain: "" } next && next.OpType == opType ? next : null;

    private static Value Other(Node binary, Value one) => binary.Input(0) == one ? binary.Input(1) : binary.Input(0);

    /// <summary>The input's scale, known at run time only, times constant scales of the weights; or the input's scale alone.</summary>
    private static (Value X, float[] W)? Scale(Value value, int channels, int rank)
    {
        if (value.Producer is { OpType: "Mul", Domain: "" } product)
        {
            int constant = product.Input(1).IsConstant ? 1 : 0;
            if (IsScalar(product.Input(1 - constant)) && PerChannel(product.Input(constant), channels, rank) is { } scales)
            {
                return (product.Input(1 - constant), scales);
            }
        }

        return IsScalar(value) ? (value, [1f]) : null;
    }

    private static bool IsScalar(Value value) => value.Type is { DType: DType.F32, Shape: { IsStatic: true, ElementCount: 1, Rank: <= 1 } };

    /// <summary>A constant of one value, or of one per channel along the channels' axis of the result.</summary>
    /// <param name="rank">Of the weights: 2 for matrices, 3 and 4 for convolutions.</param>
    private static float[]? PerChannel(Value value, int channels, int rank)
    {
        if (value.Constant is not { DType: DType.F32 } constant)
        {
            return null;
        }

        int axis = constant.Rank - (rank - 1);
        bool fits = constant.Count == 1 ? constant.Rank <= rank : constant.Count == channels && axis is 0 or 1 && constant.Dims[axis] == channels;
        return fits ? constant.Span<float>().ToArray() : null;
    }
}
