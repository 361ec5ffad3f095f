using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Lets a caller of a model with several inputs and outputs pass one buffer as an input and as an output of the same type and size, as state that goes from call to call:
/// no such output is written while such an input has still to be read. Where the steps would do so, the output is computed in the arena and copied at the end.
/// </summary>
internal static class StatePorts
{
    /// <summary>Adds the copies that are needed, once all outputs have their memory.</summary>
    /// <param name="anySize">True when ports of one type may be of one size although those of the graph are not.</param>
    public static void Separate(Graph graph, LoweringContext context, bool anySize)
    {
        if (graph.Inputs.Count < 2 || graph.Outputs.Count < 2)
        {
            return;
        }

        PlanMemoryClass[] early = [.. context.Classes.Where(c => c.Root == c && c.Memory == PlanMemory.Output && IsWrittenEarly(c, graph, context, anySize)).OrderBy(c => c.Index)];
        foreach (PlanMemoryClass memory in early)
        {
            Value value = graph.Outputs[memory.Index].Value;
            PlanMemoryClass output = context.New(memory.Bytes);
            (output.Memory, output.Index) = (PlanMemory.Output, memory.Index);
            (memory.Memory, memory.Index) = (PlanMemory.Arena, 0);
            long count = value.Type.Shape!.ElementCount;
            context.Add(
                value.Producer ?? graph.Nodes[0], "Copy.Run", 0, [("x", new PlannedOperand(value.Type.DType, count, memory)), ("y", new PlannedOperand(value.Type.DType, count, output))]);
        }
    }

    private static bool IsWrittenEarly(PlanMemoryClass output, Graph graph, LoweringContext context, bool anySize)
    {
        TensorType type = graph.Outputs[output.Index].Value.Type;
        foreach (Value input in graph.Inputs)
        {
            PlanMemoryClass memory = context.MemoryOf(input).Root;
            bool mayBeOne = input.Type.DType == type.DType && type.DType != DType.String && (anySize || input.Type.Shape!.ElementCount == type.Shape!.ElementCount);
            bool inPlace = memory.LastUse == output.FirstUse && context.MayOverwrite(output, memory);
            if (mayBeOne && memory.LastUse >= output.FirstUse && !inPlace)
            {
                return true;
            }
        }

        return false;
    }
}
