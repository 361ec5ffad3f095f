using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelBuild.Compiler.Ir;

/// <summary>Writes a graph as text for people and for tests. Equal graphs give equal text.</summary>
public static class GraphPrinter
{
    private const int InlineElements = 8;

    /// <summary>The text: graph inputs, constants in the order of their first use, nodes, outputs; one a line.</summary>
    public static string Print(Graph graph) => List(graph).Text;

    /// <summary>The text, and the line of each node.</summary>
    public static GraphListing List(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        State state = new();
        state.Line(0, $"graph {Name(graph.Name)} opset {string.Join(' ', graph.Opsets.Select(o => (o.Key.Length == 0 ? "" : Name(o.Key) + ":") + o.Value.ToString(CultureInfo.InvariantCulture)))}");
        PrintBody(graph, state, 0);
        return new GraphListing(state.Text.ToString(), state.Lines);
    }

    /// <summary>The line (from 1) of a node in a listing, or 0.</summary>
    public static int FindLine(string listing, string nodeName)
    {
        string mark = "  # " + Name(nodeName);
        string[] lines = listing.Split('\n');
        return 1 + Array.FindIndex(lines, l => l.EndsWith(mark, StringComparison.Ordinal) || l.Contains(mark + " from ", StringComparison.Ordinal));
    }

    private static void PrintBody(Graph graph, State state, int depth)
    {
        foreach (Value input in graph.Inputs)
        {
            state.Line(depth, $"input {Name(input.Name)}: {Type(input.Type)}");
        }

        if (depth == 0)
        {
            PrintConstants(graph, state);
        }

        foreach (Node node in graph.Nodes)
        {
            PrintNode(node, state, depth);
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            state.Line(depth, $"output {Name(output.Name)} = {Name(output.Value.Name)}: {Type(output.Value.Type)}");
        }
    }

    private static void PrintConstants(Graph graph, State state)
    {
        HashSet<Value> seen = [];
        foreach (Value value in graph.Nodes.SelectMany(SubgraphCaptures.ReadsOf).Concat(graph.Outputs.Select(o => o.Value)))
        {
            if (value.Constant is { } tensor && seen.Add(value))
            {
                state.Line(0, $"const {Name(value.Name)}: {Type(value.Type)} = {Content(tensor)}");
            }
        }
    }

    private static void PrintNode(Node node, State state, int depth)
    {
        state.Lines.TryAdd(node.Name, state.Next);
        StringBuilder line = new();
        line.AppendJoin(", ", node.Outputs.Select(o => o is null ? "_" : $"{Name(o.Name)}: {Type(o.Type)}"));
        line.Append(" = ");
        if (node.Domain.Length > 0)
        {
            line.Append(Name(node.Domain)).Append("::");
        }

        line.Append(Name(node.OpType)).Append('(');
        line.AppendJoin(", ", node.Inputs.Select(i => i is null ? "_" : Name(i.Name))).Append(')');
        List<KeyValuePair<string, AttributeValue>> plain = [.. node.Attributes.Where(a => a.Value is not GraphAttribute)];
        if (plain.Count > 0)
        {
            line.Append(" {").AppendJoin(", ", plain.Select(a => $"{Name(a.Key)}={Attribute(a.Value)}")).Append('}');
        }

        line.Append("  # ").Append(Name(node.Name));
        if (node.FusedFrom.Count > 0)
        {
            line.Append(" from ").AppendJoin(", ", node.FusedFrom.Select(Name));
        }

        state.Line(depth, line.ToString());
        foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
        {
            if (pair.Value is GraphAttribute subgraph && depth < TypeInference.MaxSubgraphDepth)
            {
                state.Line(depth + 1, $"{Name(pair.Key)}:");
                PrintBody(subgraph.Value, state, depth + 2);
            }
        }
    }

    private static string Attribute(AttributeValue value) => value switch
    {
        IntAttribute a => a.Value.ToString(CultureInfo.InvariantCulture),
        FloatAttribute a => Number(a.Value),
        StringAttribute a => Quote(a.Value),
        IntsAttribute a => $"[{string.Join(',', a.Values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}]",
        FloatsAttribute a => $"[{string.Join(',', a.Values.Select(Number))}]",
        StringsAttribute a => $"[{string.Join(',', a.Values.Select(Quote))}]",
        TensorAttribute a => $"{a.Value.Type} {Content(a.Value)}",
        _ => "?",
    };

    private static string Content(Tensor tensor)
    {
        if (tensor.DType == DType.String)
        {
            string text = string.Join(',', tensor.ToStringArray().Select(Quote));
            return tensor.Count <= InlineElements ? $"[{text}]" : Hash(System.Text.Encoding.UTF8.GetBytes(text));
        }

        if (tensor.Count <= InlineElements)
        {
            return tensor.DType is DType.F32 or DType.F16 or DType.BF16 or DType.F64
                ? $"[{string.Join(',', tensor.ToDoubleArray().Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]"
                : $"[{Integers(tensor)}]";
        }

        return Hash(tensor.Bytes);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}";

    private static string Integers(Tensor tensor) => tensor.DType == DType.U64
        ? string.Join(',', tensor.Span<ulong>().ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture)))
        : string.Join(',', tensor.ToInt64Array().Select(v => v.ToString(CultureInfo.InvariantCulture)));

    private static string Type(TensorType type) => type.Shape is null || type.Shape.All(d => d.Symbol is null || IsPlain(d.Symbol))
        ? type.ToString()
        : Escape(type.ToString());

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Name(string name) => IsPlain(name) ? name : Quote(name);

    private static bool IsPlain(string name) => name.Length > 0 && name != "_" && name.All(c => char.IsAsciiLetterOrDigit(c) || "_./:-+*()?[]@".Contains(c, StringComparison.Ordinal));

    private static string Quote(string text) => $"\"{Escape(text)}\"";

    private static string Escape(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                result.Append('\\').Append(c);
            }
            else if (c is >= ' ' and <= '~')
            {
                result.Append(c);
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return result.ToString();
    }

    private sealed class State
    {
        public StringBuilder Text { get; } = new();

        public Dictionary<string, int> Lines { get; } = new(StringComparer.Ordinal);

        public int Next { get; private set; } = 1;

        public void Line(int depth, string text)
        {
            Text.Append(' ', depth * 2).Append(text).Append('\n');
            Next++;
        }
    }
}
