using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>Checks that a graph is well formed: every value defined once and before its use, names unique, producers and consumers consistent.</summary>
public static class GraphVerifier
{
    /// <summary>Checks the graph and its subgraphs.</summary>
    /// <exception cref="ModelBuildException">The graph is not well formed (MDB2004).</exception>
    public static void Verify(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Verify(graph, [], 0);
    }

    private static void Verify(Graph graph, HashSet<Value> outer, int depth)
    {
        HashSet<Value> defined = [.. outer];
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<string> nodeNames = new(StringComparer.Ordinal);
        HashSet<Value> constants = [];
        Dictionary<Value, int> uses = [];
        foreach (Value input in graph.Inputs)
        {
            if (input.Producer is not null || input.IsConstant)
            {
                throw Invalid(null, $"Graph input '{input.Name}' also has a producer or holds a constant.");
            }

            Define(input, null, defined, names);
        }

        foreach (Node node in graph.Nodes)
        {
            if (node.Graph != graph)
            {
                throw Invalid(node, $"Node '{node.Name}' belongs to another graph.");
            }

            if (!nodeNames.Add(node.Name))
            {
                throw Invalid(node, $"Two nodes are called '{node.Name}'.");
            }

            VerifyInputs(node, defined, outer, constants, names, uses);
            foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
            {
                if (pair.Value is GraphAttribute subgraph)
                {
                    if (depth == TypeInference.MaxSubgraphDepth)
                    {
                        throw NodeErrors.Limit(node, $"subgraphs are nested more than {TypeInference.MaxSubgraphDepth} deep.");
                    }

                    Verify(subgraph.Value, defined, depth + 1);
                }
            }

            foreach (Value? output in node.Outputs)
            {
                if (output is null)
                {
                    continue;
                }

                if (output.Producer != node || output.IsConstant)
                {
                    throw Invalid(node, $"Output '{output.Name}' of '{node.Name}' names another producer.");
                }

                Define(output, node, defined, names);
            }
        }

        foreach ((Value value, int count) in uses)
        {
            int entries = value.Consumers.Count(c => c.Graph == graph);
            if (entries != count)
            {
                throw Invalid(value.Producer, $"'{value.Name}' is read {count} times but lists {entries} readers.");
            }
        }

        VerifyOutputs(graph, defined);
    }

    private static void VerifyInputs(Node node, HashSet<Value> defined, HashSet<Value> outer, HashSet<Value> constants, HashSet<string> names, Dictionary<Value, int> uses)
    {
        foreach (Value? input in node.Inputs)
        {
            if (input is null)
            {
                continue;
            }

            if (!input.IsConstant && !defined.Contains(input))
            {
                throw Invalid(node, $"'{node.Name}' ({node.OpType}) reads '{input.Name}' before it is computed.");
            }

            if (input.IsConstant && input.Producer is not null)
            {
                throw Invalid(node, $"Constant '{input.Name}' also has a producer.");
            }

            // A constant of an enclosing graph may be captured, so its name says nothing about this graph's names unless it was made here.
            if (input.IsConstant && outer.Count == 0 && constants.Add(input) && !names.Add(input.Name))
            {
                throw Invalid(node, $"Two values are called '{input.Name}'.");
            }

            uses[input] = uses.GetValueOrDefault(input) + 1;
        }
    }

    private static void VerifyOutputs(Graph graph, HashSet<Value> defined)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (GraphOutput output in graph.Outputs)
        {
            if (!names.Add(output.Name))
            {
                throw Invalid(null, $"Two graph outputs are called '{output.Name}'.");
            }

            if (!output.Value.IsConstant && !defined.Contains(output.Value))
            {
                throw Invalid(null, $"Graph output '{output.Name}' is '{output.Value.Name}', which nothing computes.");
            }
        }
    }

    private static void Define(Value value, Node? node, HashSet<Value> defined, HashSet<string> names)
    {
        if (!defined.Add(value))
        {
            throw Invalid(node, $"'{value.Name}' is defined twice.");
        }

        if (!names.Add(value.Name))
        {
            throw Invalid(node, $"Two values are called '{value.Name}'.");
        }
    }

    private static ModelBuildException Invalid(Node? node, string message) => new(node is null
        ? Diagnostic.Of(Descriptors.InvalidGraph, message)
        : Diagnostic.At(Descriptors.InvalidGraph, node.Name, message));
}
