using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Attention as a recurrence (ONNX LinearAttention 27).</summary>
public static class LinearAttention
{
    /// <summary>
    /// For every token: the state decays, takes in the outer product of key and value (less what it would answer already, times a rate, where there is one), and answers the queries.
    /// </summary>
    /// <param name="query">[batch, length, queryHeads, keySize].</param>
    /// <param name="key">[batch, length, heads, keySize].</param>
    /// <param name="value">[batch, length, heads, valueSize].</param>
    /// <param name="past">The state before, [batch, heads, keySize, valueSize], or empty for zeros.</param>
    /// <param name="decay">Logarithms of the factors of the state, [batch, length, heads] or [batch, length, heads, keySize], or empty.</param>
    /// <param name="beta">Update rates, [batch, length, heads] or [batch, length], or empty.</param>
    /// <param name="y">The answers, [batch, length, queryHeads, valueSize].</param>
    /// <param name="state">The state afterwards, of the shape of <paramref name="past"/>; may be it.</param>
    /// <param name="scratch">At least <paramref name="valueSize"/> elements.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="length">The tokens of a sequence.</param>
    /// <param name="queryHeads">The heads of the queries, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">The heads of the keys and values.</param>
    /// <param name="keySize">The elements of a key.</param>
    /// <param name="valueSize">The elements of a value.</param>
    /// <param name="decayPerKey">Whether the decay has an element for each element of a key.</param>
    /// <param name="sharedBeta">Whether the heads share one rate.</param>
    /// <param name="scale">The factor of the answers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> past,
        ReadOnlySpan<float> decay,
        ReadOnlySpan<float> beta,
        Span<float> y,
        Span<float> state,
        Span<float> scratch,
        int batch,
        int length,
        int queryHeads,
        int heads,
        int keySize,
        int valueSize,
        bool decayPerKey,
        bool sharedBeta,
        float scale)
    {
        long tokens = (long)batch * length;
        int states = checked(batch * heads * keySize * valueSize);
        Throw.IfShorter(query.Length, tokens * queryHeads * keySize, nameof(query));
        Throw.IfShorter(key.Length, tokens * heads * keySize, nameof(key));
        Throw.IfShorter(value.Length, tokens * heads * valueSize, nameof(value));
        Throw.IfPresentAndShorter(past.Length, states, nameof(past));
        Throw.IfPresentAndShorter(decay.Length, tokens * heads * (decayPerKey ? keySize : 1), nameof(decay));
        Throw.IfPresentAndShorter(beta.Length, tokens * (sharedBeta ? 1 : heads), nameof(beta));
        Throw.IfShorter(y.Length, tokens * queryHeads * valueSize, nameof(y));
        Throw.IfShorter(state.Length, states, nameof(state));
        Throw.IfShorter(scratch.Length, valueSize, nameof(scratch));
        if (past.IsEmpty)
        {
            state[..states].Clear();
        }
        else
        {
            past[..states].CopyTo(state);
        }

        int group = heads == 0 ? 0 : queryHeads / heads;
        for (int step = 0; step < batch * length * heads; step++)
        {
            int token = step / heads;
            int head = step % heads;
            Span<float> memory = state.Slice((((token / length) * heads) + head) * keySize * valueSize, keySize * valueSize);
            ReadOnlySpan<float> k = key.Slice(step * keySize, keySize);
            Span<float> written = scratch[..valueSize];
            if (!decay.IsEmpty)
            {
                for (int d = 0; d < keySize; d++)
                {
                    Scale(memory.Slice(d * valueSize, valueSize), MathF.Exp(decay[decayPerKey ? (step * keySize) + d : step]));
                }
            }

            value.Slice(step * valueSize, valueSize).CopyTo(written);
            if (!beta.IsEmpty)
            {
                for (int d = 0; d < keySize; d++)
                {
                    AddScaled(written, memory.Slice(d * valueSize, valueSize), -k[d]);
                }

                Scale(written, beta[sharedBeta ? token : step]);
            }

            for (int d = 0; d < keySize; d++)
            {
                AddScaled(memory.Slice(d * valueSize, valueSize), written, k[d]);
            }

            for (int reader = head * group; reader < (head + 1) * group; reader++)
            {
                ReadOnlySpan<float> q = query.Slice(((token * queryHeads) + reader) * keySize, keySize);
                Span<float> answer = y.Slice(((token * queryHeads) + reader) * valueSize, valueSize);
                answer.Clear();
                for (int d = 0; d < keySize; d++)
                {
                    AddScaled(answer, memory.Slice(d * valueSize, valueSize), q[d] * scale);
                }
            }
        }
    }

    private static void AddScaled(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] += x[i] * factor;
        }
    }

    private static void Scale(Span<float> x, float factor)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }
}
