using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// The steps around those of a graph with strings. Within a plan a string is its number among the strings of the call, so that it is moved as any integer is; these steps number the caller's strings at the
/// beginning and give strings for numbers at the end.
/// </summary>
internal static class StringSteps
{
    /// <summary>Begins a plan whose graph has strings anywhere, and takes in the inputs that are strings.</summary>
    public static void Begin(Graph graph, LoweringContext context)
    {
        if (!Has(graph))
        {
            return;
        }

        context.Strings = new LiteralStrings();
        context.Constants.Strings = context.Strings;
        Add(context, graph, "Begin strings", "Strings.Begin", ("strings", StepValue.Strings), ("literals", new PlannedOperand(DType.U8, 0, new PlanMemoryClass(0))));
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            Value input = graph.Inputs[i];
            if (input.Type.DType == DType.String)
            {
                PlanMemoryClass caller = new(0) { Memory = PlanMemory.Input, Index = i };
                long count = input.Type.Shape!.ElementCount;
                Add(context, graph, $"Read '{input.Name}'", "Strings.Read", ("x", new PlannedOperand(DType.String, count, caller)), ("y", new PlannedOperand(DType.String, count, context.MemoryOf(input))), ("strings", StepValue.Strings));
            }
        }
    }

    /// <summary>Gives an output that is strings to the caller.</summary>
    public static void Write(Graph graph, LoweringContext context, int output)
    {
        Value value = graph.Outputs[output].Value;
        PlanMemoryClass caller = new(0) { Memory = PlanMemory.Output, Index = output };
        long count = value.Type.Shape!.ElementCount;
        Add(
            context, graph, $"Write '{graph.Outputs[output].Name}'", "Strings.Write",
            ("x", new PlannedOperand(DType.String, count, context.MemoryOf(value))), ("y", new PlannedOperand(DType.String, count, caller)), ("strings", StepValue.Strings));
    }

    /// <summary>Ends the plan; all constants are known.</summary>
    public static void End(Graph graph, LoweringContext context)
    {
        if (context.Strings is not { } strings)
        {
            return;
        }

        Tensor literals = strings.ToTensor();
        (string, StepValue)[] arguments = [("strings", StepValue.Strings), ("literals", new PlannedOperand(DType.U8, literals.Count, context.Constants.Add(literals)))];
        context.Steps[0] = context.Steps[0] with { Arguments = arguments };
        Add(context, graph, "End strings", "Strings.End", ("strings", StepValue.Strings));
    }

    private static bool Has(Graph graph) => graph.Inputs.Any(IsString) || SubgraphCaptures.NodesOf(graph).Any(n => n.Inputs.Concat(n.Outputs).Any(v => v is not null && IsString(v)));

    private static bool IsString(Value value) => value.Type.DType == DType.String;

    private static void Add(LoweringContext context, Graph graph, string title, string kernel, params ReadOnlySpan<(string Name, StepValue Value)> arguments)
    {
        context.Add(graph.Nodes[0], kernel, 0, arguments);
        context.Steps[^1] = context.Steps[^1] with { Title = title };
    }
}
