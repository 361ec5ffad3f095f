using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// SpaceToDepth of planes that are brought to [N,H,W,C] behind it, or the join of as many slices with that step (the focus layer of YOLO), is one step that
/// interleaves the planes.
/// </summary>
public sealed class FusePlanarBlocks : IPass
{
    private static readonly int[] s_toNhwc = [0, 2, 3, 1];

    /// <inheritdoc/>
    public string Name => nameof(FusePlanarBlocks);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not { OpType: "Transpose", Domain: "" } || node.Attributes.GetInts("perm") is not { } perm || !perm.Select(p => (int)p).SequenceEqual(s_toNhwc)
                || node.Output.Type is not { DType: DType.F32, Shape: { IsStatic: true } y } || y[3].Value > Kernels.PlanarBlocks.MaxChannels || y.Any(d => d.Value == 0)
                || node.Input(0) is not { Producer: { Domain: "" } rearranged } moved || moved.Consumers.Count != 1 || graph.IsOutput(moved)
                || Match(rearranged) is not { } blocks)
            {
                continue;
            }

            AttributeMap attributes = new() { { "blocksize", blocks.Size }, { "columns_first", blocks.ColumnsFirst ? 1L : 0 } };
            Node fused = graph.AddNode(FusedDomain.Name, "PlanarBlocks", node.Name, [blocks.Source], [$"{node.Name}_result"], attributes);
            fused.FusedFrom.AddRange([rearranged.ToString(), node.ToString()]);
            graph.ReplaceUses(node.Output, fused.Output);
            graph.Remove(node);
            graph.Remove(rearranged);
            changed = true;
        }

        return changed;
    }

    private static Blocks? Match(Node node) => node.OpType switch
    {
        "SpaceToDepth" => new Blocks(node.Input(0), node.Attributes.GetInt("blocksize", 0), ColumnsFirst: false),
        "Concat" when node.Attributes.GetInt("axis", 0) is 1 or -3 => Joined(node),
        _ => null,
    };

    /// <summary>The slices of a join that take every position of a block once, by rows or by columns.</summary>
    private static Blocks? Joined(Node concat)
    {
        int size = (int)Math.Sqrt(concat.Inputs.Count);
        if (size < 2 || size * size != concat.Inputs.Count)
        {
            return null;
        }

        Part?[] parts = [.. concat.Inputs.Select(i => Part.Of(i!))];
        if (parts[0] is not { } first || first.Source.Type.Shape is not { IsStatic: true, Rank: 4 } x || x[2].Value % size != 0 || x[3].Value % size != 0
            || parts.Any(p => p is null || p.Source != first.Source || !p.Steps.SequenceEqual([1L, 1, size, size]) || p.Starts[0] != 0 || p.Starts[1] != 0)
            || concat.Inputs.Any(i => !i!.Type.Shape!.Equals(Shape.Of([x[0].Value, x[1].Value, x[2].Value / size, x[3].Value / size]))))
        {
            return null;
        }

        bool byRows = parts.Select((p, k) => p!.Starts[2] == k / size && p.Starts[3] == k % size).All(at => at);
        bool byColumns = parts.Select((p, k) => p!.Starts[2] == k % size && p.Starts[3] == k / size).All(at => at);
        return byRows || byColumns ? new Blocks(first.Source, size, byColumns) : null;
    }

    private sealed record Blocks(Value Source, long Size, bool ColumnsFirst);

    /// <summary>A strided part of a value, by slices one behind the other.</summary>
    private sealed record Part(Value Source, long[] Starts, long[] Steps)
    {
        public static Part? Of(Value value)
        {
            if (value.Type.Shape is not { Rank: 4 })
            {
                return null;
            }

            long[] starts = [0, 0, 0, 0];
            long[] steps = [1, 1, 1, 1];
            while (value.Producer is { OpType: "Slice", Domain: "" } slice && slice.Input(0).Type.Shape is { IsStatic: true } from
                && slice.Inputs.Skip(1).All(i => i is null || i.IsConstant))
            {
                SliceRange range = SliceRange.Resolve(slice, from.ToArray(), slice.Input(1).Constant!, slice.Input(2).Constant!, slice.InputOrNull(3)?.Constant, slice.InputOrNull(4)?.Constant);
                for (int axis = 0; axis < starts.Length; axis++)
                {
                    starts[axis] = range.Starts[axis] + (starts[axis] * range.Steps[axis]);
                    steps[axis] *= range.Steps[axis];
                }

                value = slice.Input(0);
            }

            return new Part(value, starts, steps);
        }
    }
}
