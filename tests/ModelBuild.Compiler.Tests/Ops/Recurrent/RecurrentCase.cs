using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Recurrent;

/// <summary>A recurrent node with attributes, sizes, optional inputs and outputs drawn from a seed.</summary>
internal sealed class RecurrentCase
{
    private static readonly string[] s_functions = ["Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu", "Softsign", "Softplus"];

    // Unbounded gates of a GRU square the state in every step.
    private static readonly string[] s_bounded = ["Tanh", "Sigmoid", "ScaledTanh", "HardSigmoid", "Softsign"];

    private readonly Random _random;
    private readonly List<Tensor> _inputs = [];

    /// <summary>Draws the node.</summary>
    /// <param name="batchFirst">Layout 1, which ONNX Runtime does not have.</param>
    /// <param name="variableWeights">True where weights are inputs of the model.</param>
    public RecurrentCase(string op, int seed, bool batchFirst = false, bool variableWeights = false)
    {
        _random = new Random(seed);
        (int gates, int functions) = op switch { "RNN" => (1, 1), "GRU" => (3, 2), _ => (4, 3) };
        string direction = Pick("forward", "reverse", "bidirectional");
        int directions = direction == "bidirectional" ? 2 : 1;
        int steps = _random.Next(1, 6);
        int batch = _random.Next(1, 4);
        int width = _random.Next(1, 9);
        int hidden = _random.Next(1, 22);
        long[] state = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
        AttributeMap attributes = new() { { "hidden_size", hidden }, { "direction", direction }, { "layout", batchFirst ? 1 : 0 } };
        if (Chance())
        {
            AddFunctions(attributes, directions * functions, op == "GRU" ? s_bounded : s_functions);
        }

        if (_random.Next(4) == 0)
        {
            attributes.Add("clip", 0.4f);
        }

        if (op == "GRU" && Chance())
        {
            attributes.Add("linear_before_reset", 1);
        }

        if (op == "LSTM" && Chance())
        {
            attributes.Add("input_forget", 1);
        }

        Graph = new Graph(Operators.Set, "recurrent");
        List<Value?> inputs =
        [
            Variable("x", batchFirst ? [batch, steps, width] : [steps, batch, width]),
            Weight("w", variableWeights, directions, gates * hidden, width),
            Weight("r", variableWeights, directions, gates * hidden, hidden),
            Chance() ? Weight("b", variableWeights, directions, 2 * gates * hidden) : null,
            Chance() ? Lengths(steps, batch) : null,
            Chance() ? Variable("h0", state) : null,
        ];
        if (op == "LSTM")
        {
            inputs.Add(Chance() ? Variable("c0", state) : null);
            inputs.Add(Chance() ? Weight("p", variableWeights, directions, 3 * hidden) : null);
        }

        string[] outputs = op == "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"];
        int kept = _random.Next(1, 1 << outputs.Length);
        Node node = Graph.AddNode("", op, "node", inputs, [.. outputs.Select((o, i) => (kept >> i & 1) != 0 ? o : "")], attributes);
        foreach (Value? output in node.Outputs)
        {
            if (output is not null)
            {
                Graph.AddOutput(output.Name, output);
            }
        }

        TypeInference.Run(Graph);
    }

    /// <summary>The graph of the node.</summary>
    public Graph Graph { get; }

    /// <summary>One tensor per graph input.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    private void AddFunctions(AttributeMap attributes, int count, string[] functions)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(_ => functions[_random.Next(functions.Length)])];
        attributes.Add("activations", new StringsAttribute(names));

        // Where these functions have no values, ONNX Runtime takes other defaults than the operators Affine, ThresholdedRelu and ScaledTanh have.
        if (names.Any(n => n is "Affine" or "ThresholdedRelu" or "ScaledTanh") || Chance())
        {
            attributes.Add("activation_alpha", new FloatsAttribute([.. names.Where(n => n is "Affine" or "LeakyRelu" or "ThresholdedRelu" or "ScaledTanh" or "HardSigmoid" or "Elu").Select(_ => 0.1f + (_random.NextSingle() / 2))]));
            attributes.Add("activation_beta", new FloatsAttribute([.. names.Where(n => n is "Affine" or "ScaledTanh" or "HardSigmoid").Select(_ => 0.1f + (_random.NextSingle() / 2))]));
        }
    }

    private Value Variable(string name, long[] dims)
    {
        _inputs.Add(PlanAgainstReference.Filled(_random, dims));
        return Graph.AddInput(name, _inputs[^1].Type);
    }

    private Value Weight(string name, bool variable, params long[] dims) => variable ? Variable(name, dims) : Graph.AddConstant(name, PlanAgainstReference.Filled(_random, dims));

    private Value Lengths(int steps, int batch)
    {
        _inputs.Add(Tensor.Vector<int>([.. Enumerable.Range(0, batch).Select(_ => _random.Next(1, steps + 1))]));
        return Graph.AddInput("lengths", _inputs[^1].Type);
    }

    private bool Chance() => _random.Next(2) == 0;

    private string Pick(params string[] values) => values[_random.Next(values.Length)];
}
