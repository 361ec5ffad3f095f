using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Matrix products of computed and constant operands.</summary>
internal static class ProductTemplates
{
    public static Value? MatMul(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (dims.Length == 0)
        {
            return null;
        }

        long k = dims[^1];
        float scale = 1.7f / MathF.Sqrt(k);
        long n = draw.Channels();
        return draw.Int(0, 6) switch
        {
            0 => draw.Add("MatMul", [x, draw.Weights(scale, k)]),
            1 when dims.Length > 2 => draw.Add("MatMul", [x, draw.Weights(scale, [.. dims[..^2], k, n])]),
            2 when dims.Length > 1 => draw.Add("MatMul", [draw.Weights(1.7f / MathF.Sqrt(dims[^2]), n, dims[^2]), x]),
            3 when dims.Length > 1 => draw.Add("MatMul", [x, Swapped(draw, draw.Add("Tanh", [x]))]),
            4 when dims.Length > 1 => draw.Add("MatMul", [Swapped(draw, x), draw.Add("Sigmoid", [x])]),
            _ => draw.Add("MatMul", [x, draw.Weights(scale, k, n)]),
        };
    }

    public static Value? Gemm(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (dims.Length != 2)
        {
            return null;
        }

        bool transA = draw.Chance(0.2);
        bool transB = draw.Chance(0.5);
        long k = transA ? dims[0] : dims[1];
        long m = transA ? dims[1] : dims[0];
        long n = draw.Channels();
        Value w = transB ? draw.Weights(1.7f / MathF.Sqrt(k), n, k) : draw.Weights(1.7f / MathF.Sqrt(k), k, n);
        Value? c = draw.Int(0, 5) switch
        {
            0 => null,
            1 => draw.Weights(0.5f, 1),
            2 => draw.Weights(0.5f, m, 1),
            3 => draw.Weights(0.5f, m, n),
            4 => draw.Weights(0.5f),
            _ => draw.Weights(0.5f, n),
        };
        AttributeMap attributes = new() { { "transA", transA ? 1L : 0 }, { "transB", transB ? 1L : 0 } };
        if (draw.Chance(0.4))
        {
            attributes.Add("alpha", draw.Pick(0.5f, 1, -1));
            attributes.Add("beta", draw.Pick(0.5f, 1, 0, 2));
        }

        return draw.Add("Gemm", c is null ? [x, w] : [x, w, c], attributes);
    }

    private static Value Swapped(Drawing draw, Value x)
    {
        long[] perm = [.. Enumerable.Range(0, Drawing.Rank(x)).Select(i => (long)i)];
        (perm[^1], perm[^2]) = (perm[^2], perm[^1]);
        return draw.Add("Transpose", [x], new AttributeMap { { "perm", perm } });
    }
}
