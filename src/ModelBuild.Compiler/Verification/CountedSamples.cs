using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>
/// What a model selects by comparing numbers is decided by a rounding where they are nearly equal: kernels that add in another order than the reference then select something else, and neither is wrong.
/// Such samples say nothing; all others must give the same sizes and values.
/// </summary>
internal static class CountedSamples
{
    /// <summary>Relative change of the inputs that stands for the roundings of a network in single precision, which come to a few units in the fifth place.</summary>
    private const double Rounding = 1e-5;

    /// <summary>The same for a lossy model: half a step of 7 bits.</summary>
    private const double Loss = 1.0 / 256;

    private const int Trials = 4;

    /// <summary>Drawn for every sample that is wanted, since drawn numbers may be no sizes: parts that do not add up, for example.</summary>
    public const int Draws = 16;

    /// <summary>The first samples that the source model accepts, with what it makes of them.</summary>
    /// <exception cref="ModelBuildException">It accepts none (MDB6001).</exception>
    public static (IReadOnlyList<IReadOnlyList<Tensor>> Samples, List<IReadOnlyList<Tensor>> Expected) Valid(
        Graph source, IReadOnlyList<IReadOnlyList<Tensor>> drawn, int wanted, CancellationToken cancellation)
    {
        List<IReadOnlyList<Tensor>> samples = [];
        List<IReadOnlyList<Tensor>> expected = [];
        ModelBuildException? fault = null;
        foreach (IReadOnlyList<Tensor> sample in drawn)
        {
            try
            {
                expected.Add(ReferenceEvaluator.Run(source, sample, cancellation));
                samples.Add(sample);
            }
            catch (ModelBuildException e) when (e.Diagnostics.All(d => d.Descriptor == Descriptors.InvalidNode || d.Descriptor == Descriptors.ShapeMismatch))
            {
                fault ??= e;
            }

            if (samples.Count == wanted)
            {
                break;
            }
        }

        return samples.Count > 0 ? (samples, expected) : throw new ModelBuildException(Diagnostic.Of(
            Descriptors.OutputsDiffer,
            $"The model has sizes that depend on values, and accepts none of {drawn.Count} drawn samples, so that nothing can be compared. Name a file of real samples in VerifyData. {fault?.Diagnostics[0].Message}"));
    }

    /// <summary>
    /// What the deployed model makes of the samples. Those that it refuses say nothing where they are drawn: it checks sizes that the source model lets pass where nothing is made of them. They are left out
    /// of <paramref name="samples"/> and <paramref name="expected"/> too.
    /// </summary>
    /// <exception cref="ModelBuildException">It refuses a sample that was given, or all that were drawn (MDB6001).</exception>
    public static List<Tensor[]> Accepted(Func<IReadOnlyList<Tensor>, Tensor[]> deployed, ref IReadOnlyList<IReadOnlyList<Tensor>> samples, ref List<IReadOnlyList<Tensor>> expected, bool drawn)
    {
        List<IReadOnlyList<Tensor>> kept = [];
        List<IReadOnlyList<Tensor>> keptExpected = [];
        List<Tensor[]> actual = [];
        string? refusal = null;
        for (int i = 0; i < samples.Count; i++)
        {
            try
            {
                actual.Add(deployed(samples[i]));
                kept.Add(samples[i]);
                keptExpected.Add(expected[i]);
            }
            catch (ArgumentException e)
            {
                refusal ??= drawn ? e.Message : throw new ModelBuildException(Diagnostic.Of(Descriptors.OutputsDiffer, $"The deployed model refuses sample {i}, which the source model accepts: {e.Message}"));
            }
        }

        if (kept.Count == 0)
        {
            throw new ModelBuildException(Diagnostic.Of(
                Descriptors.OutputsDiffer,
                $"The model has sizes that depend on values, and the deployed model accepts none of {samples.Count} drawn samples, so that nothing can be compared. Name a file of real samples in VerifyData. {refusal}"));
        }

        (samples, expected) = (kept, keptExpected);
        return actual;
    }

    /// <summary>The samples that say something, with what both models make of them.</summary>
    /// <exception cref="ModelBuildException">The sizes differ, or no sample is left (MDB6001).</exception>
    public static (List<IReadOnlyList<Tensor>> Expected, List<Tensor[]> Actual) Comparable(
        Graph source, IReadOnlyList<IReadOnlyList<Tensor>> samples, List<IReadOnlyList<Tensor>> expected, List<Tensor[]> actual, Tolerance tolerance, bool isLossy, CancellationToken cancellation)
    {
        List<IReadOnlyList<Tensor>> keptExpected = [];
        List<Tensor[]> keptActual = [];
        for (int i = 0; i < samples.Count; i++)
        {
            if (!Agree(expected[i], actual[i], tolerance))
            {
                if (IsDecidedByRounding(source, samples[i], expected[i], tolerance, isLossy ? Loss : Rounding, cancellation))
                {
                    continue;
                }

                ThrowIfOfOtherSize(source, i, expected[i], actual[i]);
            }

            keptExpected.Add(expected[i]);
            keptActual.Add(actual[i]);
        }

        return keptExpected.Count > 0 ? (keptExpected, keptActual) : throw new ModelBuildException(Diagnostic.Of(
            Descriptors.OutputsDiffer,
            $"What the model selects is decided by roundings in each of the {samples.Count} samples, so that nothing can be compared. Name a file of real samples in VerifyData."));
    }

    private static void ThrowIfOfOtherSize(Graph source, int sample, IReadOnlyList<Tensor> expected, Tensor[] actual)
    {
        Diagnostic? fault = expected.Index().Where(o => !o.Item.Dims.SequenceEqual(actual[o.Index].Dims)).Select(o => Diagnostic.Of(
            Descriptors.OutputsDiffer,
            $"Output '{source.Outputs[o.Index].Name}' differs from the source model in its size, which depends on values: sample {sample} gives [{Text(actual[o.Index])}], the source model [{Text(o.Item)}].")).FirstOrDefault();
        if (fault is not null)
        {
            throw new ModelBuildException(fault);
        }
    }

    private static string Text(Tensor tensor) => string.Join(',', tensor.Dims.ToArray());

    private static bool IsDecidedByRounding(Graph source, IReadOnlyList<Tensor> sample, IReadOnlyList<Tensor> expected, Tolerance tolerance, double change, CancellationToken cancellation)
    {
        ulong state = 1;
        return Enumerable.Range(0, Trials).Any(_ =>
            !Agree(expected, ReferenceEvaluator.Run(source, [.. sample.Select(t => Changed(t, change, ref state))], cancellation), tolerance));
    }

    private static Tensor Changed(Tensor tensor, double change, ref ulong state)
    {
        if (tensor.DType is not (DType.F32 or DType.F64))
        {
            return tensor;
        }

        Tensor changed = new(tensor.DType, tensor.Dims.ToArray());
        for (int i = 0; i < tensor.Count; i++)
        {
            double factor = 1 + (change * ((2 * SplitMix64.Next(ref state)) - 1));
            if (tensor.DType == DType.F32)
            {
                changed.MutableSpan<float>()[i] = (float)(tensor.Span<float>()[i] * factor);
            }
            else
            {
                changed.MutableSpan<double>()[i] = tensor.Span<double>()[i] * factor;
            }
        }

        return changed;
    }

    private static bool Agree(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, Tolerance tolerance)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            if (!expected[i].Dims.SequenceEqual(actual[i].Dims) || OutputError.Measure("", [(expected[i], actual[i])]).Violation(tolerance, OutputError.ScaleOf([expected[i]])) is not null)
            {
                return false;
            }
        }

        return true;
    }
}
