using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Inputs with axes or sizes: known while a model is built, or read from the values of a call.</summary>
internal static class RunTimeValues
{
    /// <summary>The largest rank of the kernels that take axes and sizes from values.</summary>
    public const int MaxRank = 16;

    private const double MostElements = 1e12;
    private const long SizesLookedAt = 1024;
    private const long LeastSampled = 4;

    /// <summary>What an input holds where that is known: a constant, or nothing at all.</summary>
    public static Tensor? Known(Node node, int input) => node.InputOrNull(input) switch
    {
        null => null,
        { Constant: { } constant } => constant,
        { Type.Shape: { IsStatic: true, ElementCount: 0 } shape } => new Tensor(DType.I64, shape.ToArray()),
        _ => null,
    };

    /// <summary>True where only a call tells what the input holds.</summary>
    public static bool IsComputed(Node node, int input) => node.InputOrNull(input) is not null && Known(node, input) is null;

    /// <summary>The number of elements of a list that only a call knows; null where not even that is known.</summary>
    public static int? LengthOf(Node node, int input) =>
        node.InputOrNull(input)?.Type.Shape is { Rank: 1 } shape && shape[0].IsKnown && shape[0].Value <= MaxRank ? (int)shape[0].Value : null;

    /// <summary>A range for each size that is not known; the plan is looked at for sizes of which tensors are not too large.</summary>
    /// <param name="shape">The result as it is inferred.</param>
    /// <param name="most">What no size is greater than, or null; then sizes may be 0.</param>
    public static IReadOnlyList<CountRange> Counted(Shape shape, long? most)
    {
        long sampled = Math.Max(LeastSampled, (long)Math.Pow(MostElements, 1.0 / Math.Max(1, shape.Rank)));
        return [.. shape.Where(d => !d.IsKnown).Select(_ => new CountRange(most is null ? 0 : 1, most, Math.Min(sampled, most ?? SizesLookedAt)))];
    }

    /// <summary>True where sizes are the same in every call, so that those of 1 stand for themselves.</summary>
    public static bool IsFixed(Node node, Shape shape) => shape.IsStatic && node.Graph.SizeDependence?.HasCallSizes != true;

    /// <summary>The sizes of a result that has the operand's axes in their order, without some of them or with axes of length 1 in between.</summary>
    /// <param name="input">The operand.</param>
    /// <param name="rank">The axes of the result.</param>
    public static Shape Shifted(Node node, Shape input, int rank) => IsFixed(node, input)
        ? new Shape(Windows(input, rank).Select(w => w.Min() == w.Max() ? w[0] : Dim.Unknown))
        : new Shape(Enumerable.Repeat(Dim.Unknown, rank));

    /// <summary>A range for each axis of <see cref="Shifted"/> that is not known.</summary>
    /// <param name="input">The operand.</param>
    /// <param name="result">The result as it is inferred.</param>
    public static IReadOnlyList<CountRange> ShiftedCounts(Shape input, Shape result) =>
        [.. Windows(input, result.Rank).Where((_, i) => !result[i].IsKnown).Select(w => new CountRange(Math.Min(1, w.Min()), w.Max()))];

    // What may become each axis of the result.
    private static IEnumerable<long[]> Windows(Shape input, int rank)
    {
        long[] dims = input.ToArray();
        int fewer = Math.Max(0, dims.Length - rank);
        int more = Math.Max(0, rank - dims.Length);
        return Enumerable.Range(0, rank).Select(i => (long[])[.. dims[Math.Max(0, i - more)..Math.Min(dims.Length, i + fewer + 1)], .. Enumerable.Repeat(1L, Math.Min(more, 1))]);
    }

    /// <summary>Appends a step for each size that is not known.</summary>
    /// <param name="shape">The result as it is inferred.</param>
    /// <returns>False where another node has counted one of them.</returns>
    public static bool Count(ILoweringContext context, Shape shape, string kernel, params (string Name, StepValue Value)[] arguments)
    {
        int next = 0;
        bool isOwn = true;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (!shape[axis].IsKnown)
            {
                isOwn &= context.Count(next++, kernel, [.. arguments, ("index", axis)]);
            }
        }

        return isOwn;
    }
}
