using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Sizes that depend on values, from file to verified plan and generated code.</summary>
public sealed class CountedStagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-counts").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ADetectionHeadIsVerifiedAndHasTheSignatureOfItsPlan()
    {
        CompileOptions options = Options(CountedPlannerTests.Head().Graph);
        CompiledModel model = Compile(options);
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.InRange(result.Samples, 1, 12);
        Assert.All(result.Outputs, o => Assert.Equal(0, o.MaxAbsolute));
        ExecutionPlan signature = Stages.Signature(options, default);
        Assert.Equal(Surface(model.Plan), Surface(signature));
    }

    [Fact]
    public void AWrongCountIsFoundByVerification()
    {
        CompileOptions options = Options(CountedPlannerTests.Head().Graph);
        CompiledModel model = Compile(options);

        // Fewer boxes of a class than the model asks for.
        CompiledModel wrong = Replaced(model, step => step.Kernel != "NonMaxSuppression.Select" ? step : step with
        {
            Arguments = new PlanList<PlanArgument>(step.Arguments.Select(a => a.Name == "most" ? new AbsentArgument("most") : a)),
        });
        string message = Errors.Expect(Descriptors.OutputsDiffer, () => Stages.Verify(In("1-converted.onnx"), wrong, options, default));
        Assert.Contains("in its size", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatARoundingDecidesIsNoEvidence()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(4)));
        graph.AddOutput("y", graph.Add("NonZero", "found", [graph.Add("Greater", "greater", [x, Constant(graph, 0.5f)])]));
        Tensor near = Tensor.Vector<float>(0.5f + 1e-7f, 0.2f, 0.8f, 0.1f);
        Tensor clear = Tensor.Vector<float>(0.7f, 0.2f, 0.8f, 0.1f);
        List<IReadOnlyList<Tensor>> samples = [[near], [clear]];
        List<IReadOnlyList<Tensor>> expected = [.. samples.Select(s => ReferenceEvaluator.Run(graph, s))];
        Tensor[] other = [Tensor.Create<long>([2], 1, 1)];
        (List<IReadOnlyList<Tensor>> kept, _) = CountedSamples.Comparable(graph, samples, expected, [other, [.. expected[1]]], Tolerance.Exact, isLossy: false, default);
        Assert.Same(expected[1], Assert.Single(kept));
        Errors.Expect(Descriptors.OutputsDiffer, () => CountedSamples.Comparable(graph, samples, expected, [[.. expected[0]], other], Tolerance.Exact, isLossy: false, default));
        Errors.Expect(Descriptors.OutputsDiffer, () => CountedSamples.Comparable(graph, samples[..1], expected[..1], [other], Tolerance.Exact, isLossy: false, default));
    }

    [Fact]
    public void GeneratedCodeWritesAsMuchAsItCountsAndAllocatesNothing()
    {
        (Graph graph, CompiledModel model) = CountedPlannerTests.Head();
        GeneratedPredictors predictors = new([model]);
        IPredictor predictor = predictors.Create(0, model);
        using IDisposable owner = (IDisposable)predictor;
        float[] boxes = new float[12 * 4];
        float[] scores = new float[3 * 12];
        float[] rows = new float[12 * 5];
        float[] top = new float[5];
        NamedTensors inputs = new() { { "boxes", boxes }, { "scores", scores } };
        NamedTensors outputs = new() { { "rows", rows }, { "labels", new int[12] }, { "selected", new long[36] }, { "top", top } };
        HashSet<int> seen = [];
        for (int round = 0; round < 2; round++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                (Tensor b, Tensor s) = CountedPlannerTests.Draw(seed, (seed + 1) / 8f);
                b.Span<float>().CopyTo(boxes);
                s.Span<float>().CopyTo(scores);
                long before = GC.GetAllocatedBytesForCurrentThread();
                predictor.Predict(inputs, outputs);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(round == 0 || allocated == 0, $"{allocated} bytes");
                IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, [b, s]);
                int count = outputs.GetSize("rows");
                seen.Add(count);
                Assert.Equal(expected[0].Dims[0], count);
                Assert.Equal(count, outputs.GetSize("selected"));
                Assert.Equal(expected[0].Span<float>().ToArray(), rows[..(count * 5)]);
                Assert.Equal(expected[3].Span<float>().ToArray(), top[..outputs.GetSize("top")]);
            }
        }

        Assert.True(seen.Count > 3);
    }

    [Fact]
    public void ASpanThatIsTooShortForWhatIsFoundIsRefused()
    {
        (_, CompiledModel model) = CountedPlannerTests.Head();
        IPredictor predictor = new GeneratedPredictors([model]).Create(0, model);
        using IDisposable owner = (IDisposable)predictor;
        (Tensor b, Tensor s) = CountedPlannerTests.Draw(1, 0.1f);
        NamedTensors inputs = new() { { "boxes", b.Span<float>().ToArray() }, { "scores", s.Span<float>().ToArray() } };
        NamedTensors outputs = new() { { "rows", new float[5] }, { "labels", new int[12] }, { "selected", new long[36] }, { "top", new float[5] } };
        Assert.Contains("rows", Assert.ThrowsAny<ArgumentException>(() => predictor.Predict(inputs, outputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AxesAndTargetsOfACallAreVerifiedBySamplesThatFit()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(4, 3, 8)));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, new Shape(1)));
        Value target = graph.AddInput("target", new TensorType(DType.I64, new Shape(2)));
        graph.AddOutput("sums", graph.Add("Tanh", "limited", [graph.Add("ReduceMean", "mean", [x, axes], new AttributeMap { { "keepdims", 0L } })]));
        graph.AddOutput("flat", graph.Add("Relu", "positive", [graph.Add("Reshape", "flat", [x, target])]));
        CompileOptions options = Options(graph);
        CompiledModel model = Compile(options);
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.Equal(12, result.Samples);
        Assert.All(result.Outputs, o => Assert.InRange(o.MaxRelative, 0, Tolerance.Exact.Relative!));
        Assert.Equal(Surface(model.Plan), Surface(Stages.Signature(options, default)));
    }

    [Fact]
    public void GeneratedCodeReducesAlongTheAxesOfTheCallAndAllocatesNothing()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 3, 4)));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, new Shape(2)));
        graph.AddOutput("y", graph.Add("ReduceL2", "norm", [x, axes]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        IPredictor predictor = new GeneratedPredictors([model]).Create(0, model);
        using IDisposable owner = (IDisposable)predictor;
        float[] values = [.. Enumerable.Range(0, 24).Select(i => i / 8f)];
        long[] list = new long[2];
        float[] y = new float[24];
        NamedTensors inputs = new() { { "x", values }, { "axes", list } };
        NamedTensors outputs = new() { { "y", y } };
        for (int round = 0; round < 2; round++)
        {
            foreach (long[] choice in (long[][])[[0, 1], [0, 2], [-1, 1]])
            {
                choice.CopyTo(list, 0);
                long before = GC.GetAllocatedBytesForCurrentThread();
                predictor.Predict(inputs, outputs);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(round == 0 || allocated == 0, $"{allocated} bytes");
                Tensor expected = ReferenceEvaluator.Run(graph, [Tensor.Create(values, 2, 3, 4), Tensor.Vector<long>(list)])[0];
                Assert.Equal(expected.Dims.ToArray(), Enumerable.Range(0, 3).Select(i => (long)outputs.GetSize($"y[{i}]")));
                Assert.Null(Ops.OpHarness.Difference(expected, Tensor.Vector<float>(y[..expected.Count])));
            }
        }

        list[0] = 3;
        Assert.Contains("Axis 3 of ReduceL2", Assert.ThrowsAny<ArgumentException>(() => predictor.Predict(inputs, outputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SizesThatDependOnEachOtherAreRefused()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(8)));
        Value found = graph.Add("Compress", "positive", [x, graph.Add("Greater", "greater", [x, Constant(graph, 0f)])]);
        Value other = graph.Add("Compress", "negative", [x, graph.Add("Less", "less", [x, Constant(graph, 0f)])]);
        graph.AddOutput("y", graph.Add("MatMul", "product", [found, other]));
        CompileOptions options = Options(graph);
        Errors.Expect(Descriptors.SizeDependence, () => Compile(options));
    }

    private static Value Constant(Graph graph, float value) => graph.AddConstant("constant", Tensor.Scalar(value));

    private static CompiledModel Replaced(CompiledModel model, Func<PlanStep, PlanStep> replace) => model with { Plan = model.Plan with { Steps = new PlanList<PlanStep>(model.Plan.Steps.Select(replace)) } };

    private static IEnumerable<string> Surface(ExecutionPlan plan) =>
        plan.Inputs.Concat(plan.Outputs).Select(p => $"{p.Identifier} {p.Type} {string.Join(',', p.Dims)} {string.Join(',', p.Sizes.Select(s => s.LastDim >= plan.CallDims))}");

    private CompileOptions Options(Graph graph)
    {
        TypeInference.Run(graph);
        using (FileStream stream = File.Create(In("model.onnx")))
        {
            OnnxWriter.Write(graph, stream);
        }

        return OptionsParser.Parse(In("model.onnx"), "", "App", _folder, new Dictionary<string, string>());
    }

    private CompiledModel Compile(CompileOptions options)
    {
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        return Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
