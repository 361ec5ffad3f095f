using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.RandomNumbers;

/// <summary>
/// RandomUniform, RandomNormal and the forms that take their shape from an input (ONNX 22). With a seed the numbers are constants, the same in every build and every call (docs/random-numbers.md);
/// without one there is nothing that two builds could agree on, and the node is refused.
/// </summary>
/// <param name="isNormal">True for a normal distribution.</param>
/// <param name="isLike">True where an input gives the shape.</param>
internal sealed class RandomGenerator(bool isNormal, bool isLike) : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => (isNormal ? "RandomNormal" : "RandomUniform") + (isLike ? "Like" : "");

    /// <inheritdoc/>
    public override string? Limits => "A seed is needed: numbers are the same in every call.";

    private protected override int MinInputs => isLike ? 1 : 0;

    /// <summary>The seed of a node.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It has none (MDB2002).</exception>
    public static float SeedOf(Node node) => node.Attributes.TryGet("seed", out FloatAttribute? seed)
        ? seed.Value
        : throw NodeErrors.Attribute(node, "seed", "(none)", "A predictor gives the same result in every call: export the model with a seed, or make the random numbers an input.");

    private protected override void Infer(InferenceContext context)
    {
        _ = SeedOf(context.Node);
        context.SetOutput(0, TypeOf(context.Node, isLike ? context.Input(0).DType : DType.F32), isLike ? context.Shape(0) : Shape.Of(SizesOf(context.Node)));
    }

    private protected override Tensor[] Compute(EvaluationContext context) =>
        [Draw(context.Node, isLike ? context.Input(0).DType : DType.F32, isLike ? context.Input(0).Dims : SizesOf(context.Node))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => FixedResult.Copy(context, Draw(context.Node, isLike ? context.Input(0).DType : DType.F32, context.OutputDims()));

    private Tensor Draw(Node node, DType input, ReadOnlySpan<long> dims)
    {
        DType type = TypeOf(node, input);
        Results.Check(node, DType.F64, dims);
        int count = Axes.Product(dims);
        uint[] words = Philox.Words(SeedOf(node), count);
        double[] values = new double[words.Length];
        (double low, double range) = isNormal
            ? (node.Attributes.GetFloat("mean", 0), node.Attributes.GetFloat("scale", 1))
            : (node.Attributes.GetFloat("low", 0), (double)node.Attributes.GetFloat("high", 1) - node.Attributes.GetFloat("low", 0));
        for (int i = 0; i < words.Length; i += 2)
        {
            (double a, double b) = isNormal ? NormalPair(words[i], words[i + 1]) : (Uniform(words[i]), Uniform(words[i + 1]));
            (values[i], values[i + 1]) = (low + (range * a), low + (range * b));
        }

        Tensor exact = Tensor.Create<double>(values.AsSpan(0, count), dims);
        return type == DType.F64 ? exact : Elementwise.CastConversion.Run(node, exact, type);
    }

    // 24 bits, which every element type down to binary32 holds: the result is below 1 there too.
    private static double Uniform(uint word) => (word >> 8) * (1.0 / (1 << 24));

    // Box and Muller: a radius from the first word, whose logarithm must not be that of 0, and a direction from the second.
    private static (double A, double B) NormalPair(uint first, uint second)
    {
        const double Unit = 1.0 / (1L << 32);
        double radius = Math.Sqrt(-2 * PortableMath.Log((first + 0.5) * Unit));
        (double cosine, double sine) = PortableMath.Turn(second * Unit);
        return (radius * cosine, radius * sine);
    }

    private static long[] SizesOf(Node node)
    {
        long[] sizes = node.Attributes.GetInts("shape") ?? throw NodeErrors.Invalid(node, "has no shape.");
        return sizes.All(s => s >= 0) ? sizes : throw NodeErrors.Invalid(node, $"the shape [{string.Join(',', sizes)}] has a negative size.");
    }

    private static DType TypeOf(Node node, DType input)
    {
        long type = node.Attributes.GetInt("dtype", (long)input);
        return DTypes.IsFloat((DType)type) || ((DType)type == DType.Undefined && !node.Attributes.Contains("dtype"))
            ? (DType)type
            : throw NodeErrors.Attribute(node, "dtype", $"{type}", "It must be a floating-point type.");
    }
}
