using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Turns a lowered graph with static shapes into an execution plan.</summary>
public static class Planner
{
    /// <summary>Lowers every node, shares and places memory, and names the ports.</summary>
    /// <param name="graph">Sorted, types inferred, every shape static.</param>
    /// <param name="names">C# names for inputs and outputs by their names in the model; others are derived.</param>
    /// <param name="allowsWinograd">True where convolutions may be computed by minimal filtering.</param>
    /// <exception cref="ModelBuildException">An operator or type has no kernel (all of them are listed), or a shape is not static.</exception>
    public static CompiledModel Plan(Graph graph, IReadOnlyDictionary<string, string>? names = null, bool allowsWinograd = true, CancellationToken cancellation = default)
    {
        LoweringContext context = Lower(graph, anySize: false, allowsWinograd, cancellation);
        context.ShareInPlace(static (a, b) => a.Bytes == b.Bytes);
        long arena = ArenaPlanner.Place(context.Classes.Where(c => c.Root == c && c.Memory == PlanMemory.Arena && c.LastUse >= 0));
        byte[] weights = context.Constants.ToArray();
        List<string> stepNodes = [];
        PlanList<PlanStep> steps = new StepResolver(null).ResolveAll(context.Steps, stepNodes);
        return new CompiledModel(
            Ports(graph, names) with
            {
                ArenaBytes = arena,
                WeightsBytes = weights.Length,
                Steps = steps,
            },
            weights,
            stepNodes);
    }

    /// <summary>The steps of every node and the memory of the outputs; memory of the arena is neither shared nor placed yet.</summary>
    /// <param name="anySize">True when the steps are to hold for sizes other than those of the graph, so that nothing may follow from two sizes that happen to be equal.</param>
    /// <param name="allowsWinograd">True where convolutions may be computed by minimal filtering.</param>
    internal static LoweringContext Lower(Graph graph, bool anySize, bool allowsWinograd, CancellationToken cancellation)
    {
        CheckSupported(graph);
        AddCopies(graph);
        if (anySize)
        {
            // Behind the last pass more may be known of which nodes count sizes for others.
            graph.Sort();
        }

        ConvBlockFusion? blocks = anySize ? null : ConvBlockFusion.Of(graph, allowsWinograd);
        LoweringContext context = new(allowsWinograd) { SizesVary = anySize, Blocks = blocks, Pictures = blocks is null ? null : PlanarConvFusion.Of(graph, blocks) };
        StringSteps.Begin(graph, context);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            if (graph.Inputs[i].Type.DType == DType.String)
            {
                continue;
            }

            PlanMemoryClass memory = context.MemoryOf(graph.Inputs[i]);
            memory.Memory = PlanMemory.Input;
            memory.Index = i;
        }

        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (context.Blocks?.IsInner(node) != true && context.Pictures?.IsInner(node) != true)
            {
                context.Lower(node);
            }
        }

        BindOutputs(graph, context);
        StatePorts.Separate(graph, context, anySize);
        StringSteps.End(graph, context);
        return context;
    }

    /// <summary>A plan with the graph's inputs and outputs and no steps.</summary>
    /// <param name="graph">Inputs and outputs have static types.</param>
    /// <param name="names">C# names by names in the model; others are derived.</param>
    /// <exception cref="ModelBuildException">A port's type is not known or has no C# form.</exception>
    public static ExecutionPlan Ports(Graph graph, IReadOnlyDictionary<string, string>? names = null)
    {
        PortNamer namer = new(names);
        return new ExecutionPlan
        {
            Inputs = new PlanList<PlanPort>([.. graph.Inputs.Select((v, i) => namer.Port(v.Name, v.Type, $"Input{i}"))]),
            Outputs = new PlanList<PlanPort>([.. graph.Outputs.Select((o, i) => namer.Port(o.Name, o.Value.Type, $"Output{i}"))]),
        };
    }

    // Every step belongs to a node: a graph whose outputs are inputs or constants gets one for each.
    private static void AddCopies(Graph graph)
    {
        if (graph.Nodes.Count > 0)
        {
            return;
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            TensorType type = output.Value.Type;
            output.Value = graph.Add("Identity", output.Name, [output.Value]);
            output.Value.Type = type;
        }
    }

    private static void BindOutputs(Graph graph, LoweringContext context)
    {
        HashSet<PlanMemoryClass> owned = [];
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Value value = graph.Outputs[i].Value;
            if (value.Type.DType == DType.String)
            {
                StringSteps.Write(graph, context, i);
                continue;
            }

            PlanMemoryClass memory = context.MemoryOf(value).Root;
            if (memory.Memory == PlanMemory.Arena && !memory.IsRead && owned.Add(memory))
            {
                memory.Memory = PlanMemory.Output;
                memory.Index = i;
                continue;
            }

            // The value is read by later steps, is a model input or constant, or already another output: the caller's span gets a copy.
            PlanMemoryClass copy = context.New(memory.Bytes);
            copy.Memory = PlanMemory.Output;
            copy.Index = i;
            long count = value.Type.Shape!.ElementCount;
            Node node = value.Producer ?? graph.Nodes[0];
            context.Add(node, "Copy.Run", 0, [("x", new PlannedOperand(value.Type.DType, count, memory)), ("y", new PlannedOperand(value.Type.DType, count, copy))]);
        }
    }

    private static void CheckSupported(Graph graph)
    {
        List<Diagnostic> errors = [.. UnsupportedOperators.Find(graph)];
        if (FirstUnknown(graph) is var (node, output))
        {
            string hint = (node.Op as ControlOp)?.WhyUnknown(node) ?? "Set Dims for the model's symbolic dimensions; where the size depends on values, make what it depends on constant, or end the model before this node.";
            errors.Add(Diagnostic.At(Descriptors.UnsetDimension, node.Name, $"{node.OpType} '{node.Name}': output '{output.Name}' has the type {output.Type}, but every size must be known to compile. {hint}"));
        }

        if (errors.Count > 0)
        {
            throw new ModelBuildException(errors);
        }
    }

    // What stands in a subgraph is the cause of what the node that has it does not know, unless the node itself is.
    private static (Node Node, Value Output)? FirstUnknown(Graph graph)
    {
        foreach (Node node in graph.Nodes.Where(n => n.Op is not null))
        {
            if (node.Op is ControlOp control && control.WhyUnknown(node) is null && ControlOp.SubgraphsOf(node).Select(FirstUnknown).FirstOrDefault(f => f is not null) is { } inner)
            {
                return inner;
            }

            if (node.Outputs.FirstOrDefault(o => o is not null && !o.Type.IsStatic) is { } output)
            {
                return (node, output);
            }
        }

        return null;
    }
}
