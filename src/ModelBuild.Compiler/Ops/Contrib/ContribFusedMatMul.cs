using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>MatMul with transposed operands and a factor; FusedMatMulActivation applies a function too.</summary>
/// <param name="opType">FusedMatMul, its old name TransposeMatMul, or FusedMatMulActivation.</param>
internal sealed class ContribFusedMatMul(string opType) : ContribOp(opType, 2, 2)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value y = parts.Add("MatMul", [Operand(parts, 0, "A"), Operand(parts, 1, "B")]);
        float alpha = parts.Attributes.GetFloat("alpha", 1);
        Value scaled = alpha == 1 ? y : parts.Add("Mul", [y, parts.Scalar(y, alpha)]);
        float[] parameters = [parts.Attributes.GetFloat("activation_alpha", float.NaN), parts.Attributes.GetFloat("activation_beta", float.NaN)];
        return [ContribActivation.Add(parts, scaled, parts.Attributes.GetString("activation", ""), parameters)];
    }

    /// <summary>The operand as MatMul wants it: with <c>transBatch</c> its first axis stands before the last one or two.</summary>
    private static Value Operand(PartsBuilder parts, int input, string name)
    {
        Value x = parts.Input(input);
        int rank = parts.ShapeOf(x).Rank;
        bool isTransposed = parts.Attributes.GetInt($"trans{name}", 0) != 0;
        bool movesBatch = parts.Attributes.GetInt($"transBatch{name}", 0) != 0;
        if (rank < 2)
        {
            return x;
        }

        List<long> order = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        if (movesBatch)
        {
            order.RemoveAt(0);
            order.Insert(rank - 2, 0);
        }

        if (isTransposed)
        {
            order.Reverse(rank - 2, 2);
        }

        return parts.Transpose(x, [.. order]);
    }
}
