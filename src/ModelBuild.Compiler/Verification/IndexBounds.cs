using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>Tells how far the integers of a graph input may reach because they look up rows of tables.</summary>
internal static class IndexBounds
{
    private static readonly string[] s_moves = ["Cast", "Concat", "Expand", "Flatten", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze"];

    /// <summary>For operators of other domains or with fixed tables: the input with the indices and the input whose first axis they run along.</summary>
    private static readonly (string Domain, string OpType, int Indices, int Table)[] s_lookups =
    [
        ("", "RotaryEmbedding", 3, 1),
        ("com.microsoft", "RotaryEmbedding", 1, 2),
        ("com.microsoft", "EmbedLayerNormalization", 0, 2),
        ("com.microsoft", "EmbedLayerNormalization", 1, 4),
        ("com.microsoft", "EmbedLayerNormalization", 8, 3),
    ];

    /// <summary>The number of valid indices from 0 on, or null where the input is not one.</summary>
    public static long? Of(Value input)
    {
        long? bound = null;
        HashSet<Value> seen = [input];
        Queue<Value> work = new([input]);
        while (work.TryDequeue(out Value? value))
        {
            foreach (Node reader in value.Consumers.Distinct())
            {
                for (int i = 0; i < reader.Inputs.Count; i++)
                {
                    if (reader.Inputs[i] == value && Rows(reader, i) is { } rows)
                    {
                        bound = Math.Min(bound ?? rows, rows);
                    }
                }

                bool moves = reader.Domain.Length == 0 && (s_moves.Contains(reader.OpType) || (reader.OpType == "Gather" && reader.Input(0) == value));
                foreach (Value? output in moves ? reader.Outputs : [])
                {
                    if (output is not null && seen.Add(output))
                    {
                        work.Enqueue(output);
                    }
                }
            }
        }

        return bound;
    }

    private static long? Rows(Node reader, int input)
    {
        if (reader.Domain.Length == 0 && reader.OpType is "Gather" or "GatherElements" && input == 1)
        {
            return reader.Input(0).Type.Shape is { Rank: > 0 } table ? Known(table, reader.Attributes.GetInt("axis", 0)) : null;
        }

        int lookup = Array.FindIndex(s_lookups, l => l.Domain == reader.Domain && l.OpType == reader.OpType && l.Indices == input);
        return lookup >= 0 && reader.InputOrNull(s_lookups[lookup].Table)?.Type.Shape is { Rank: > 0 } rows ? Known(rows, 0) : null;
    }

    private static long? Known(Shape shape, long axis)
    {
        long at = axis < 0 ? axis + shape.Rank : axis;
        return at >= 0 && at < shape.Rank && shape[(int)at] is { IsKnown: true } dim ? dim.Value : null;
    }
}
