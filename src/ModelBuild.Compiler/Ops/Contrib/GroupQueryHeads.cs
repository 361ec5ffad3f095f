using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Queries, keys and values of GroupQueryAttention, apart or side by side in one operand, normalised and rotated.</summary>
/// <param name="Queries">Heads of the queries.</param>
/// <param name="Keys">Heads of keys and values.</param>
internal sealed record GroupQueryHeads(long Queries, long Keys)
{
    private const int Cosines = 7;
    private const int Sines = 8;
    private const int Positions = 9;
    private const int QueryNorm = 14;
    private const int KeyNorm = 15;

    /// <summary>Reads the attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They contradict each other (MDB2003).</exception>
    public static GroupQueryHeads Of(PartsBuilder parts)
    {
        long queries = parts.Attributes.GetInt("num_heads", 0);
        long keys = parts.Attributes.GetInt("kv_num_heads", 0);
        return queries > 0 && keys > 0 && queries % keys == 0
            ? new GroupQueryHeads(queries, keys)
            : throw NodeErrors.Invalid(parts.Node, $"num_heads {queries} must be a multiple of kv_num_heads {keys}.");
    }

    /// <summary>All three as [batch, heads, length, size].</summary>
    public (Value Query, Value Key, Value Value) Split(PartsBuilder parts)
    {
        Value query = parts.Input(0);
        if (parts.InputOrNull(1) is { } key)
        {
            return (Heads(parts, query, Queries), Heads(parts, key, Keys), Heads(parts, parts.Input(2), Keys));
        }

        long size = parts.SizeOf(query, 2) / (Queries + (2 * Keys));
        if (size == 0 || size * (Queries + (2 * Keys)) != parts.SizeOf(query, 2))
        {
            throw NodeErrors.Shape(parts.Node, $"an operand {query.Type.Shape} cannot be split into {Queries} heads of queries and twice {Keys} of keys and values.");
        }

        Value[] split = parts.Add("", "Split", [query, parts.Ints(Queries * size, Keys * size, Keys * size)], 3, new AttributeMap { { "axis", 2L } });
        return (Heads(parts, split[0], Queries), Heads(parts, split[1], Keys), Heads(parts, split[2], Keys));
    }

    /// <summary>Normalises queries and keys where the node has weights for that, then rotates them where it says so.</summary>
    /// <param name="places">Places of the queries, [batch, length].</param>
    /// <param name="isPrompt">True where the queries begin their sequences.</param>
    public (Value Query, Value Key) Turn(PartsBuilder parts, Value query, Value key, Value places, bool isPrompt)
    {
        if (parts.InputOrNull(QueryNorm) is { } queryNorm)
        {
            query = Normalize(parts, query, queryNorm);
            key = Normalize(parts, key, parts.Input(KeyNorm));
        }

        if (parts.Attributes.GetInt("do_rotary", 0) == 0)
        {
            return (query, key);
        }

        Value positions = parts.InputOrNull(Positions) is { } given ? Given(parts, given, isPrompt) : places;
        Value cosines = parts.Add("Gather", [parts.Input(Cosines), positions], new AttributeMap { { "axis", 0L } });
        Value sines = parts.Add("Gather", [parts.Input(Sines), positions], new AttributeMap { { "axis", 0L } });
        long rotated = 2 * parts.SizeOf(parts.Input(Cosines), 1);
        bool isInterleaved = parts.Attributes.GetInt("rotary_interleaved", 0) != 0;
        return (RotaryEmbedding.Rotate(parts, query, cosines, sines, Queries, rotated, isInterleaved), RotaryEmbedding.Rotate(parts, key, cosines, sines, Keys, rotated, isInterleaved));
    }

    // Of a prompt only the first position counts; the others follow it.
    private static Value Given(PartsBuilder parts, Value positions, bool isPrompt) => isPrompt
        ? parts.Add("Add", [parts.Slice(parts.Slice(positions, 0, 0, 1), 1, 0, 1), parts.Reshape(parts.Range(parts.Size(positions, 1)), 1, -1)])
        : positions;

    private static Value Heads(PartsBuilder parts, Value x, long heads) => parts.ShapeOf(x).Rank == 3 && parts.SizeOf(x, 2) % heads == 0
        ? AttentionParts.SplitHeads(parts, x, heads)
        : throw NodeErrors.Shape(parts.Node, $"an operand {x.Type.Shape} cannot be split into {heads} heads.");

    private static Value Normalize(PartsBuilder parts, Value x, Value weight)
    {
        parts.RequireOpset(23);
        return parts.Add("RMSNormalization", [x, weight], new AttributeMap { { "axis", -1L }, { "epsilon", parts.Attributes.GetFloat("qk_norm_epsilon", 1e-6f) } });
    }
}
