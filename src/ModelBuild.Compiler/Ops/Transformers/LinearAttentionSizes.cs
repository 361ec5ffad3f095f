using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>Sizes of the operands of LinearAttention.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="KeySize">Elements of one head's key.</param>
/// <param name="ValueSize">Elements of one head's value.</param>
/// <param name="DecayPerKey">True when the decay has an element per element of a key, false for one per head.</param>
/// <param name="SharedBeta">True when all heads share one update rate.</param>
internal sealed record LinearAttentionSizes(int Batch, int Length, int KeySize, int ValueSize, bool DecayPerKey, bool SharedBeta)
{
    /// <summary>Checks and finds them.</summary>
    /// <param name="dims">Sizes of query, key, value, past state, decay and beta; null for those omitted.</param>
    /// <exception cref="Diagnostics.ModelBuildException">They do not agree (MDB3002).</exception>
    public static LinearAttentionSizes Of(Node node, long[]?[] dims, int queryHeads, int heads)
    {
        long[] query = dims[0]!;
        long[] key = dims[1]!;
        long[] value = dims[2]!;
        bool fits = query.Length == 3 && key.Length == 3 && value.Length == 3 && query[2] % queryHeads == 0 && value[2] % heads == 0 && query[2] / queryHeads * heads == key[2]
            && key.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2)) && value.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2));
        long keySize = fits ? query[2] / queryHeads : 0;
        fits &= dims[3] is not { } past || past.AsSpan().SequenceEqual([query[0], heads, keySize, value[2] / heads]);
        fits &= Gate(dims[4], query, heads, heads * keySize) && Gate(dims[5], query, heads, 1);
        return fits
            ? new LinearAttentionSizes(
                Literals.Int(node, query[0]), Literals.Int(node, query[1]), Literals.Int(node, keySize), Literals.Int(node, value[2] / heads), dims[4] is { } decay && decay[2] != heads, dims[5] is { } beta && beta[2] != heads)
            : throw NodeErrors.Shape(node, $"operands [{string.Join("], [", dims.Select(d => string.Join(',', d ?? [])))}] do not fit {queryHeads} query heads and {heads} key heads.");
    }

    private static bool Gate(long[]? dims, long[] query, long heads, long other) =>
        dims is null || (dims.Length == 3 && dims[0] == query[0] && dims[1] == query[1] && (dims[2] == heads || dims[2] == other));
}
