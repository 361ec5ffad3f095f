using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>
/// Follows channels from the layers that compute them to the layers that mix them. An operator without a rule keeps what it reads;
/// so does a graph output, and an excluded node keeps what it computes.
/// </summary>
internal static class ChannelTracker
{
    private delegate bool Rule(ChannelMap map, Node node);

    /// <summary>One rule per operator; a rule returns false where it does not hold for the node.</summary>
    private static readonly Dictionary<string, Rule> s_rules = Rules();

    /// <summary>Maps the channels of a sorted graph with inferred types.</summary>
    public static ChannelMap Run(Graph graph, NodeFilter exclude, CancellationToken cancellation)
    {
        ChannelMap map = new();
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            bool known = node.Domain.Length == 0 && s_rules.TryGetValue(node.OpType, out Rule? rule) && rule(map, node);
            if (!known)
            {
                map.KeepInputs(node);
            }

            if (exclude.Matches(node))
            {
                foreach (Value output in node.Outputs.OfType<Value>())
                {
                    map.Keep(output, new ChannelKeep($"PruneExclude names '{node.Name}'", true));
                }
            }
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            map.Keep(output.Value, new ChannelKeep($"they are the model's output '{output.Name}'", true));
        }

        return map;
    }

    private static Dictionary<string, Rule> Rules()
    {
        Dictionary<string, Rule> rules = new(StringComparer.Ordinal)
        {
            ["Conv"] = LayerRules.Conv,
            ["ConvTranspose"] = LayerRules.ConvTranspose,
            ["Gemm"] = LayerRules.Gemm,
            ["MatMul"] = LayerRules.MatMul,
            ["BatchNormalization"] = LayerRules.BatchNormalization,
            ["Concat"] = ShapeRules.Concat,
            ["Flatten"] = ShapeRules.Reshape,
            ["Reshape"] = ShapeRules.Reshape,
            ["Squeeze"] = ShapeRules.Reshape,
            ["Unsqueeze"] = ShapeRules.Reshape,
            ["Transpose"] = ShapeRules.Transpose,
            ["Pad"] = ShapeRules.Pad,
            ["Resize"] = ShapeRules.Resize,
            ["Shape"] = ShapeRules.Shape,
        };
        Add(ElementwiseRules.Unary, "Abs", "Cast", "Ceil", "Celu", "Clip", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal",
            "Relu", "Round", "Selu", "Sigmoid", "Softplus", "Softsign", "Sqrt", "Tanh", "ThresholdedRelu");
        Add(ElementwiseRules.Broadcast, "Add", "Div", "Max", "Mean", "Min", "Mul", "Pow", "PRelu", "Sub", "Sum");
        Add(ShapeRules.Pool, "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool");
        Add(ShapeRules.Reduce, "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum");
        return rules;

        void Add(Rule rule, params ReadOnlySpan<string> operators)
        {
            foreach (string name in operators)
            {
                rules.Add(name, rule);
            }
        }
    }
}
