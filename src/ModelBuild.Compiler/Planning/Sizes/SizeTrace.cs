using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>What a graph was lowered to for one choice of sizes: numbers, and a structure that must be the same for other sizes.</summary>
internal sealed class SizeTrace
{
    private readonly string[] _structure;
    private readonly string[] _nodes;

    private SizeTrace(string[] structure, string[] nodes, long[] numbers, long[] axes, long[] bounds)
    {
        _structure = structure;
        _nodes = nodes;
        Numbers = numbers;
        Axes = axes;
        Bounds = bounds;
    }

    /// <summary>Sizes of the ports, arguments of the steps, bounds of counted sizes and bytes of the buffers, in this order.</summary>
    public long[] Numbers { get; }

    /// <summary>Sizes of all values of the graph, which most numbers are made of.</summary>
    public long[] Axes { get; }

    /// <summary>What each counted size is never greater than; -1 where only memory bounds it.</summary>
    public long[] Bounds { get; }

    /// <summary>Describes a lowered graph.</summary>
    public static SizeTrace Of(Graph graph, LoweringContext context)
    {
        List<string> structure = [];
        List<string> nodes = [];
        List<long> numbers = [];
        foreach (TensorType type in Ports(graph))
        {
            structure.Add($"port {type.DType} {type.Shape!.Rank}");
            nodes.Add("");
            numbers.AddRange(type.Shape.ToArray());
        }

        foreach (PendingStep step in context.Steps)
        {
            structure.Add($"{step.Block} {step.Kernel} {step.Count} {string.Join("; ", step.Arguments.Select(a => a.Name + " " + ArgumentForm.Take(a.Value.Value, context, numbers)))}");
            nodes.Add(step.Node.Name.Length > 0 ? $"{step.Node.OpType} '{step.Node.Name}'" : step.Node.OpType);
        }

        long[] bounds = [.. context.Steps.Where(s => s.Count >= 0).DistinctBy(s => s.Count).OrderBy(s => s.Count).Select(s => s.Bound)];
        numbers.AddRange(bounds);
        foreach (PlanMemoryClass memory in context.Classes)
        {
            PlanMemoryClass root = memory.Root;
            structure.Add($"memory {context.Classes.IndexOf(root)} {root.Memory} {root.Index} {root.FirstUse} {root.LastUse}");
            nodes.Add("");
            numbers.Add(root.Bytes);
        }

        foreach ((PlanMemoryClass output, PlanMemoryClass input) in context.InPlace)
        {
            structure.Add($"in place {context.Classes.IndexOf(output.Root)} {context.Classes.IndexOf(input.Root)}");
            nodes.Add("");
        }

        long[] axes = [.. SubgraphCaptures.NodesOf(graph).SelectMany(n => n.Outputs).Where(o => o?.Type.IsStatic == true).SelectMany(o => o!.Type.Shape!.ToArray())];
        return new SizeTrace([.. structure], [.. nodes], [.. numbers], axes, bounds);
    }

    /// <summary>Types of inputs and outputs, in order.</summary>
    public static IEnumerable<TensorType> Ports(Graph graph) => graph.Inputs.Select(i => i.Type).Concat(graph.Outputs.Select(o => o.Value.Type));

    /// <summary>True when the other trace differs in numbers only.</summary>
    public bool HasStructureOf(SizeTrace other) => _structure.AsSpan().SequenceEqual(other._structure);

    /// <summary>The node whose steps are the first to differ.</summary>
    public string FirstDifference(SizeTrace other)
    {
        for (int i = 0; i < Math.Min(_structure.Length, other._structure.Length); i++)
        {
            if (_structure[i] != other._structure[i])
            {
                return _nodes[i].Length > 0 ? _nodes[i] : "the graph";
            }
        }

        return "the graph";
    }
}
