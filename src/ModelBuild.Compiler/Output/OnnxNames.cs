using System.Globalization;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Output;

/// <summary>
/// Names of values in a file: graph outputs keep theirs, everything else keeps its own unless another value has it. A value that is a graph output is written
/// under the output's name where it is produced by a node and bound once; the writer adds an Identity elsewhere.
/// </summary>
internal sealed class OnnxNames
{
    private readonly Dictionary<Value, string> _values;
    private readonly Dictionary<GraphOutput, string> _outputs;
    private readonly HashSet<string> _taken;
    private readonly HashSet<string> _nodes;

    /// <summary>Names of a main graph and of the constants that its subgraphs read.</summary>
    public OnnxNames(Graph graph)
    {
        _values = [];
        _outputs = [];
        _taken = new HashSet<string>(StringComparer.Ordinal);
        _nodes = new HashSet<string>(StringComparer.Ordinal);

        // Inputs and outputs are what callers know the model by.
        foreach (Value input in graph.Inputs)
        {
            Assign(input, input.Name);
        }

        AssignOutputs(graph, keep: true);
        AssignProduced(graph);
        foreach (Value value in graph.Nodes.SelectMany(SubgraphCaptures.ReadsOf).Concat(graph.Outputs.Select(o => o.Value)))
        {
            if (value.IsConstant && !_values.ContainsKey(value))
            {
                Assign(value, value.Name);
            }
        }
    }

    private OnnxNames(OnnxNames outer, Graph graph)
    {
        _values = new Dictionary<Value, string>(outer._values);
        _outputs = new Dictionary<GraphOutput, string>();
        _taken = new HashSet<string>(outer._taken, StringComparer.Ordinal);
        _nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (Value input in graph.Inputs)
        {
            Assign(input, input.Name);
        }

        AssignOutputs(graph, keep: false);
        AssignProduced(graph);
    }

    /// <summary>Names of a subgraph, which sees all names of this graph.</summary>
    public OnnxNames Enter(Graph subgraph) => new(this, subgraph);

    /// <summary>The name under which a value is written.</summary>
    public string Of(Value value) => _values[value];

    /// <summary>The name of a graph output.</summary>
    public string Of(GraphOutput output) => _outputs[output];

    /// <summary>A node name not yet in the graph.</summary>
    public string UniqueNodeName(string wanted) => Unique(_nodes, wanted);

    private static string Unique(HashSet<string> taken, string wanted)
    {
        string name = wanted;
        for (int i = 1; !taken.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{i}");
        }

        return name;
    }

    private void Assign(Value value, string wanted) => _values[value] = Unique(_taken, wanted);

    private void AssignOutputs(Graph graph, bool keep)
    {
        foreach (GraphOutput output in graph.Outputs)
        {
            // A graph input, or a constant, that is itself an output of the same name needs no node.
            bool isItself = output.Value.Name == output.Name && output.Value.Producer is null;
            bool known = _values.TryGetValue(output.Value, out string? assigned);
            if (keep && isItself && (!known || assigned == output.Name))
            {
                _outputs[output] = output.Name;
                _values[output.Value] = output.Name;
                _taken.Add(output.Name);
                continue;
            }

            string name = Unique(_taken, output.Name);
            _outputs[output] = name;
            if (!known && output.Value.Producer?.Graph == graph)
            {
                _values[output.Value] = name;
            }
        }
    }

    private void AssignProduced(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            _nodes.Add(node.Name);
            foreach (Value output in node.Outputs.OfType<Value>())
            {
                if (!_values.ContainsKey(output))
                {
                    Assign(output, output.Name);
                }
            }
        }
    }
}
