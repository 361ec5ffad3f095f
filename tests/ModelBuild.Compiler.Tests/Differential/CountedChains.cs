using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators that count again, in what another has counted.</summary>
internal static class CountedChains
{
    /// <summary>Every template; one that does not fit its operand gives null.</summary>
    public static IReadOnlyList<Func<CountedDrawing, Counted, Counted?>> List { get; } = [NonZero, Compress, Unique, Positions, Constant];

    private static Counted? NonZero(CountedDrawing draw, Counted x) => !x.IsExact ? null
        : new Counted(draw.Base.Add("NonZero", [CountedSources.Above(draw, draw.As(x, DType.F32))]), 1, draw.NewSize(), true);

    private static Counted? Compress(CountedDrawing draw, Counted x)
    {
        Counted[] lists = [.. draw.Pool.Where(c => c.Size == x.Size && c.Rank == 1 && c.IsExact)];
        if (lists.Length == 0)
        {
            return null;
        }

        Value condition = CountedSources.Above(draw, draw.As(draw.Base.Pick(lists), DType.F32));
        return x with { Value = draw.Base.Add("Compress", [x.Value, condition], new AttributeMap { { "axis", (long)x.Axis } }), Size = draw.NewSize() };
    }

    private static Counted? Unique(CountedDrawing draw, Counted x)
    {
        if (!x.IsExact || x.DType is not (DType.I64 or DType.F32) || x.Rank != 1)
        {
            return null;
        }

        Node unique = draw.Base.AddNode("Unique", [draw.Base.Add("Neg", [x.Value])], new AttributeMap { { "sorted", (long)draw.Base.Int(0, 1) } }, draw.Base.Int(1, 4));
        int size = draw.NewSize();
        for (int i = 1; i < unique.Outputs.Count; i++)
        {
            draw.Pool.Add(new Counted(unique.Outputs[i]!, 0, i == 2 ? x.Size : size, true));
        }

        return new Counted(unique.Outputs[0]!, 0, size, true);
    }

    /// <summary>Numbers the elements of the unknown axis.</summary>
    private static Counted Positions(CountedDrawing draw, Counted x)
    {
        Value end = draw.Base.Add("Squeeze", [draw.Length(x), draw.Base.Longs(0)]);
        return new Counted(draw.Base.Add("Range", [draw.Base.Constant(Tensor.Scalar(0L)), end, draw.Base.Constant(Tensor.Scalar(1L))]), 0, x.Size, true);
    }

    private static Counted Constant(CountedDrawing draw, Counted x)
    {
        long other = draw.Base.Int(1, 4);
        bool isFirst = draw.Base.Chance(0.5);
        Value shape = draw.ShapeOf(x, isFirst ? [-1, other] : [other, -1]);
        return new Counted(draw.Base.Add("ConstantOfShape", [shape], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector<float>(draw.Base.Float(-1, 1))) } }), isFirst ? 0 : 1, x.Size, true);
    }
}
