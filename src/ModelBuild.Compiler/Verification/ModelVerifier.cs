using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Quantized;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Verification;

/// <summary>Compares a compiled model, run by the kernels that users run, with the scalar reference evaluation of its source graph.</summary>
public static class ModelVerifier
{
    private const string Seeded = "seeded";
    private const string Noise = "The inputs were noise, on which a compressed model may lose more than on what it was made for: give samples with VerifyData, allow more with Tolerance, or compress less.";
    private const string Compressed = "Allow more with Tolerance, or compress less.";
    private const string NotCompressed = "Nothing was compressed, so that only roundings may differ: allow more with Tolerance where the model makes them large, else please report it with the model.";
    private const int NumericSamples = 4;

    /// <summary>Some of the samples say nothing where what a model selects is decided by roundings.</summary>
    private const int CountedNumericSamples = 12;

    private const int MaxDataSamples = 64;
    private const int MaxValidationSamples = 10_000;

    /// <summary>The reference evaluation costs about a nanosecond for each multiply-accumulate; more than this is spent on one sample only.</summary>
    private const long MacsForOneSample = 300_000_000;

    /// <summary>Accuracy of the source is measured by reference evaluation up to this many multiply-accumulates in all, about ten seconds.</summary>
    private const long MacsForReferenceAccuracy = 5_000_000_000;

    /// <summary>Runs both models and measures.</summary>
    /// <param name="source">The converted graph with its dimensions bound as in the plan.</param>
    /// <param name="batch">The converted graph with its free batch bound to two items, or null when the batch is not free.</param>
    /// <param name="compileSource">Compiles the source without lossy steps, to measure its accuracy where reference evaluation takes too long.</param>
    public static VerificationResult Verify(Graph source, Graph? batch, CompiledModel deployed, CompileOptions options, Func<Graph, IGraphRunner> compileSource, CancellationToken cancellation)
    {
        bool isHalf = source.Inputs.Select(i => i.Type).Concat(source.Nodes.SelectMany(n => n.Inputs).Select(v => v?.Type ?? TensorType.Unknown)).Any(t => t.DType is DType.F16 or DType.BF16);
        Tolerance tolerance = Tolerance.For(options, isHalf, IsQuantized(source));
        using PlanInterpreter plan = new(deployed);
        bool isCounted = deployed.Plan.Dims.Any(d => d.IsCounted);
        int wanted = deployed.Plan.Macs > MacsForOneSample ? 1 : isCounted ? CountedNumericSamples : NumericSamples;
        (IReadOnlyList<IReadOnlyList<Tensor>> samples, string from) = Samples(source, options, wanted, isCounted ? CountedSamples.Draws : 1);
        List<IReadOnlyList<Tensor>> expected;
        if (isCounted && from == Seeded)
        {
            (samples, expected) = CountedSamples.Valid(source, samples, wanted, cancellation);
        }
        else
        {
            expected = [.. samples.Select(s => ReferenceEvaluator.Run(source, s, cancellation))];
        }

        List<Tensor[]> actual;
        if (isCounted)
        {
            actual = CountedSamples.Accepted(s => plan.Run(s, cancellation), ref samples, ref expected, from == Seeded);
            (expected, actual) = CountedSamples.Comparable(source, samples, expected, actual, tolerance, options.IsLossy, cancellation);
        }
        else
        {
            actual = [.. samples.Select(s => plan.Run(s, cancellation))];
        }

        OutputError[] errors = [.. source.Outputs.Select((o, i) => OutputError.Measure(o.Name, expected.Zip(actual, (e, a) => (e[i], a[i]))))];
        ThrowIfDifferent(errors, expected, tolerance, !options.IsLossy ? NotCompressed : from == Seeded ? Noise : Compressed);
        if (batch is not null)
        {
            CheckBatch(batch, samples, expected, cancellation);
        }

        VerificationResult result = new(expected.Count, from, tolerance, errors, null, null, 0, null);
        if (options.ValidationData is null)
        {
            return result;
        }

        SampleSet set = SampleSet.Read(options.ValidationData, source, MaxValidationSamples, Descriptors.InvalidValidationData);
        int affordable = (int)Math.Clamp(MacsForReferenceAccuracy / Math.Max(1, deployed.Plan.Macs), 1, MaxValidationSamples);
        if (affordable >= set.Samples.Count || !options.IsLossy)
        {
            using ReferenceRunner reference = new(source);
            return MeasureAccuracy(reference, plan, set with { Samples = [.. set.Samples.Take(affordable)] }, options, result, cancellation);
        }

        using IGraphRunner compiled = compileSource(source);
        CheckSource(source, compiled, samples, expected, Tolerance.For(options with { Prune = null, Quantize = null, Tolerance = null }, isHalf, IsQuantized(source)), cancellation);
        return MeasureAccuracy(compiled, plan, set, options, result, cancellation);
    }

    /// <summary>What stands in for the source model must agree with its reference evaluation.</summary>
    private static void CheckSource(
        Graph source, IGraphRunner compiled, IReadOnlyList<IReadOnlyList<Tensor>> samples, List<IReadOnlyList<Tensor>> expected, Tolerance tolerance, CancellationToken cancellation)
    {
        List<IReadOnlyList<Tensor>> actual = [.. samples.Select(s => compiled.Run(s, cancellation))];
        ThrowIfDifferent([.. source.Outputs.Select((o, i) => OutputError.Measure(o.Name, expected.Zip(actual, (e, a) => (e[i], a[i]))))], expected, tolerance, NotCompressed);
    }

    private static bool IsQuantized(Graph source) => source.Nodes.Any(n => n.OpType is "QuantizeLinear" or "DynamicQuantizeLinear" || n.Op is QLinearOp);

    private static (IReadOnlyList<IReadOnlyList<Tensor>> Samples, string From) Samples(Graph source, CompileOptions options, int wanted, int draws)
    {
        if (options.VerifyData is { } data)
        {
            return (SampleSet.Read(data, source, MaxDataSamples, Descriptors.InvalidValidationData).Samples, Path.GetFileName(data));
        }

        // Data that the user gave says more about the deployed model than noise does, above all when its ranges were calibrated.
        return (options.ValidationData ?? options.CalibrationData) is { } other
            ? (SampleSet.Read(other, source, wanted * 4, Descriptors.InvalidValidationData).Samples, Path.GetFileName(other))
            : (SeededInputs.Make(source, wanted * draws), Seeded);
    }

    private static void ThrowIfDifferent(OutputError[] errors, List<IReadOnlyList<Tensor>> expected, Tolerance tolerance, string hint)
    {
        List<Diagnostic> faults = [];
        for (int i = 0; i < errors.Length; i++)
        {
            double scale = OutputError.ScaleOf(expected.Select(e => e[i]));
            if (errors[i].Violation(tolerance, scale) is { } fault)
            {
                faults.Add(Diagnostic.Of(Descriptors.OutputsDiffer, $"Output '{errors[i].Name}' differs from the source model: {fault}. {hint}"));
            }
        }

        if (faults.Count > 0)
        {
            throw new ModelBuildException(faults);
        }
    }

    /// <summary>
    /// The predictor computes a batch item by item; the source model must do the same. One that takes ranges at run time takes them over the whole batch, so that an item's steps depend on
    /// its neighbours; item by item they do not, and the results may differ as quantisation steps do.
    /// </summary>
    private static void CheckBatch(Graph batch, IReadOnlyList<IReadOnlyList<Tensor>> samples, List<IReadOnlyList<Tensor>> expected, CancellationToken cancellation)
    {
        Tolerance tolerance = batch.Nodes.Any(n => n.OpType == "DynamicQuantizeLinear") ? Tolerance.Int8 : Tolerance.Exact;
        int second = samples.Count > 1 ? 1 : 0;
        Tensor[] inputs = [.. samples[0].Zip(samples[second], Join)];
        IReadOnlyList<Tensor> together = ReferenceEvaluator.Run(batch, inputs, cancellation);
        for (int i = 0; i < together.Count; i++)
        {
            Tensor single = Join(expected[0][i], expected[second][i]);
            double scale = OutputError.ScaleOf([single]);
            bool same = single.Count == together[i].Count && OutputError.Measure("", [(single, together[i])]).Violation(tolerance, scale) is null;
            if (!same)
            {
                throw new ModelBuildException(Diagnostic.Of(
                    Descriptors.UnsetDimension,
                    $"Output '{batch.Outputs[i].Name}' of a batch is not that of its items one by one: the model mixes the items of a batch. Fix the batch with Dims, or give its size with every call by a range such as 1..64."));
            }
        }
    }

    private static Tensor Join(Tensor a, Tensor b)
    {
        long[] dims = a.Dims.ToArray();
        dims[0] *= 2;
        return new Tensor(a.DType, dims, [.. a.Bytes, .. b.Bytes]);
    }

    private static VerificationResult MeasureAccuracy(IGraphRunner source, PlanInterpreter plan, SampleSet set, CompileOptions options, VerificationResult result, CancellationToken cancellation)
    {
        string file = Path.GetFileName(options.ValidationData!);
        if (set.Labels is null)
        {
            throw new ModelBuildException(Diagnostic.InFile(Descriptors.InvalidValidationData, options.ValidationData!, $"'{file}' has no labels: add an array 'y' with one class index per sample."));
        }

        int sourceRight = 0;
        int deployedRight = 0;
        int agree = 0;
        for (int i = 0; i < set.Samples.Count; i++)
        {
            int expected = ArgMax(Scores(source.Run(set.Samples[i], cancellation)));
            Tensor scores = Scores(plan.Run(set.Samples[i], cancellation));
            if (set.Labels[i] >= scores.Count)
            {
                throw new ModelBuildException(Diagnostic.InFile(
                    Descriptors.InvalidValidationData, options.ValidationData!, $"Sample {i} of '{file}' (counted from 0) has the class index {set.Labels[i]}; the model gives {scores.Count} scores, so the last index is {scores.Count - 1}."));
            }

            int actual = ArgMax(scores);
            sourceRight += expected == set.Labels[i] ? 1 : 0;
            deployedRight += actual == set.Labels[i] ? 1 : 0;
            agree += expected == actual ? 1 : 0;
        }

        double count = set.Samples.Count;
        VerificationResult measured = result with
        {
            SourceAccuracy = sourceRight / count,
            DeployedAccuracy = deployedRight / count,
            AccuracySamples = set.Samples.Count,
            Agreement = agree / count,
        };
        if (measured.SourceAccuracy - measured.DeployedAccuracy > options.MaxAccuracyDrop + 1e-12)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.AccuracyDropped, FormattableString.Invariant(
                $"top1 fell from {measured.SourceAccuracy:F4} to {measured.DeployedAccuracy:F4} on {set.Samples.Count} samples of '{file}'; MaxAccuracyDrop is {options.MaxAccuracyDrop:G4}. Compress less, or allow more.")));
        }

        return measured;
    }

    // Classifiers of ai.onnx.ml give the label first and the scores after it.
    private static Tensor Scores(IReadOnlyList<Tensor> outputs) => outputs.FirstOrDefault(o => DTypes.IsFloat(o.DType)) ?? outputs.FirstOrDefault(o => o.DType != DType.String)
        ?? throw new ModelBuildException(Diagnostic.Of(Descriptors.InvalidValidationData, "Accuracy is measured by scores, and no output of the model has any; leave ValidationData out."));

    private static int ArgMax(Tensor scores)
    {
        double[] values = scores.ToDoubleArray();
        return Array.IndexOf(values, values.Max());
    }
}
