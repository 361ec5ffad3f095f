using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Networks in whose midst a size is a value of the call.</summary>
public sealed class RunTimeNetworkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-network").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ACropBetweenConvolutionsNeedsAsManyElementsAsTheNextWindow()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, 12, 10)));
        Value starts = graph.AddInput("starts", new TensorType(DType.I64, new Shape(2)));
        Value ends = graph.AddInput("ends", new TensorType(DType.I64, new Shape(2)));
        Value a = graph.Add("Relu", "a", [Conv(graph, "wide", x, 3, 8, 3)]);
        Value crop = graph.Add("Slice", "crop", [a, starts, ends, graph.AddConstant("axes", Tensor.Vector<long>(3, 2))]);
        Value b = graph.Add("Relu", "b", [Conv(graph, "deep", crop, 8, 6, 4)]);
        graph.AddOutput("y", b);
        graph.AddOutput("mean", graph.Add("Flatten", "flat", [graph.Add("GlobalAveragePool", "mean", [b])]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal([4, 4], model.Plan.Dims.Select(d => d.Minimum));
        Tensor image = PlanAgainstReference.Filled(new Random(1), 1, 3, 12, 10);
        foreach ((long[] from, long[] to) in ((long[], long[])[])[([0, 0], [8, 10]), ([1, 3], [5, 7]), ([-8, -10], [4, 5]), ([2, 2], [100, -1])])
        {
            CountedHarness.Check(graph, model, image, Tensor.Vector(from), Tensor.Vector(to));
        }

        // One for the layout of the input and one for that of the output: the crop itself is computed in the layout of the convolutions.
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
        using PlanInterpreter interpreter = new(model);
        string message = Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([image, Tensor.Vector(0L, 0L), Tensor.Vector(8L, 3L)])).Message;
        Assert.Equal("Slice 'crop' gives a size of 3; what the model makes of it needs 4 or more.", message);
    }

    [Fact]
    public void AMaskBecomesAsLargeAsTheCallSays()
    {
        Graph graph = Mask();
        CompileOptions options = Options(graph);
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        CompiledModel model = Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
        Assert.Equal(2, model.Plan.Dims.Count);
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.InRange(result.Samples, 1, 12);
        GeneratedPredictors predictors = new([model]);
        IPredictor predictor = predictors.Create(0, model);
        using IDisposable owner = (IDisposable)predictor;
        float[] x = PlanAgainstReference.Filled(new Random(2), 1, 3, 8, 8).Span<float>().ToArray();
        long[] size = new long[2];
        float[] mask = new float[40 * 40];
        NamedTensors inputs = new() { { "x", x }, { "size", size } };
        NamedTensors outputs = new() { { "mask", mask } };
        for (int round = 0; round < 2; round++)
        {
            foreach ((long height, long width) in ((long, long)[])[(8, 8), (40, 40), (3, 17), (20, 1)])
            {
                (size[0], size[1]) = (height, width);
                long before = GC.GetAllocatedBytesForCurrentThread();
                predictor.Predict(inputs, outputs);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(round == 0 || allocated == 0, $"{allocated} bytes");
                Tensor expected = ReferenceEvaluator.Run(graph, [Tensor.Create<float>(x, 1, 3, 8, 8), Tensor.Vector(height, width)])[0];
                Assert.Equal(height, outputs.GetSize("mask[2]"));
                Assert.Equal(width, outputs.GetSize("mask[3]"));
                Assert.Null(OpHarness.Difference(expected, Tensor.Create<float>(mask[..(int)(height * width)], 1, 1, (int)height, (int)width)));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void QuantizedElementsAreMovedAsTheCallSays(bool isSlice)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 2, 6, 6)));
        Value to = graph.AddInput("to", new TensorType(DType.I64, new Shape(2)));
        Value[] grid = [graph.AddConstant("scale", Tensor.Scalar(1f / 32)), graph.AddConstant("zero", Tensor.Scalar((byte)128))];
        Value q = graph.Add("DequantizeLinear", "dq", [graph.Add("QuantizeLinear", "q", [x, .. grid]), .. grid]);
        Value moved = isSlice
            ? graph.Add("Slice", "moved", [q, graph.AddConstant("starts", Tensor.Vector(0L, 0L)), to, graph.AddConstant("axes", Tensor.Vector(2L, 3L))])
            : graph.Add("Resize", "moved", [q, null, null, to], new AttributeMap { { "axes", [2L, 3L] } });
        graph.AddOutput("y", graph.Add("DequantizeLinear", "dq2", [graph.Add("QuantizeLinear", "q2", [moved, .. grid]), .. grid]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (long[] sizes in (long[][])[[6, 6], [2, 5], [9, 1], [0, 3]])
        {
            CountedHarness.Check(graph, model, PlanAgainstReference.Filled(new Random(3), 1, 2, 6, 6), Tensor.Vector(sizes));
        }
    }

    [Fact]
    public void SizesThatTheSameInputNamesAreOne()
    {
        Graph graph = new(Operators.Set);
        Value small = graph.AddInput("small", new TensorType(DType.F32, new Shape(1, 4, 4, 4)));
        Value large = graph.AddInput("large", new TensorType(DType.F32, new Shape(1, 4, 8, 8)));
        Value size = graph.AddInput("size", new TensorType(DType.I32, new Shape(2)));
        Value height = graph.Add("Gather", "height", [size, graph.AddConstant("zero", Tensor.Scalar(0L))]);
        Node parts = graph.AddNode("", "Split", "parts", [size], ["h", "w"], new AttributeMap { { "num_outputs", 2L } });
        AttributeMap toLong = new() { { "to", (long)DType.I64 } };
        Value wide = graph.Add("Cast", "wide", [parts.Outputs[1]!], toLong.Clone());
        Value tall = graph.Add("Unsqueeze", "tall", [graph.Add("Cast", "high", [height], toLong.Clone()), graph.AddConstant("front", Tensor.Vector(0L))]);
        Value first = graph.AddConstant("first", Tensor.Vector<long>(1, 4));
        Value a = graph.Add("Resize", "a", [small, null, null, graph.Add("Concat", "aSize", [first, tall, wide], new AttributeMap { { "axis", 0L } })], new AttributeMap { { "mode", "linear" } });
        Value b = graph.Add("Resize", "b", [large, null, null, graph.Add("Cast", "bSize", [size], toLong.Clone())], new AttributeMap { { "mode", "linear" }, { "axes", [2L, 3L] } });
        Value c = graph.Add("ConstantOfShape", "c", [graph.Add("Concat", "cSize", [tall, wide], new AttributeMap { { "axis", 0L } })], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(3f)) } });
        graph.AddOutput("y", graph.Add("Add", "all", [graph.Add("Add", "both", [a, b]), c]));
        CompileOptions options = Options(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Count >= 0));
        foreach (int[] of in (int[][])[[4, 4], [8, 3], [1, 19], [40, 2]])
        {
            CountedHarness.Check(graph, model, PlanAgainstReference.Filled(new Random(1), 1, 4, 4, 4), PlanAgainstReference.Filled(new Random(2), 1, 4, 8, 8), Tensor.Vector(of));
        }

        Assert.Equal(Surface(model.Plan), Surface(Stages.Signature(options, default)));
    }

    [Fact]
    public void TheSignatureIsKnownWhereWindowsNeedManyElements()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, 20, 20)));
        Value end = graph.AddInput("end", new TensorType(DType.I64, new Shape(1)));
        Value crop = graph.Add("Slice", "crop", [x, graph.AddConstant("start", Tensor.Vector(0L)), end, graph.AddConstant("axis", Tensor.Vector(3L))]);
        graph.AddOutput("y", Conv(graph, "deep", crop, 3, 2, 7));
        CompileOptions options = Options(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(7, Assert.Single(model.Plan.Dims).Minimum);
        Assert.Equal(Surface(model.Plan), Surface(Stages.Signature(options, default)));
    }

    [Fact]
    public void ASampleThatIsNoSizeIsLeftOutOfVerification()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(3, 2)));
        Value sizes = graph.AddInput("sizes", new TensorType(DType.I64, new Shape(2)));
        Node split = graph.AddNode("", "Split", "split", [x, sizes], ["a", "b"], new AttributeMap { { "axis", 0L } });
        graph.AddOutput("a", graph.Add("Exp", "exp", [split.Outputs[0]!]));
        graph.AddOutput("b", graph.Add("Neg", "neg", [split.Outputs[1]!]));
        CompileOptions options = Options(graph);
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        CompiledModel model = Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
        Assert.InRange(Stages.Verify(In("1-converted.onnx"), model, options, default).Samples, 1, 12);
    }

    [Fact]
    public void WhereNoDrawnSampleIsASizeTheErrorAsksForSamples()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(50, 2)));
        Value sizes = graph.AddInput("sizes", new TensorType(DType.I64, new Shape(2)));
        Value doubled = graph.Add("Mul", "doubled", [sizes, graph.AddConstant("two", Tensor.Scalar(2L))]);
        Node split = graph.AddNode("", "Split", "split", [x, doubled], ["a", "b"], new AttributeMap { { "axis", 0L } });
        graph.AddOutput("a", split.Outputs[0]!);
        CompileOptions options = Options(graph);
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        CompiledModel model = Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
        Assert.Contains("VerifyData", Errors.Expect(Diagnostics.Descriptors.OutputsDiffer, () => Stages.Verify(In("1-converted.onnx"), model, options, default)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Split", 1)]
    [InlineData("Resize", 3)]
    [InlineData("Resize", 2)]
    [InlineData("AffineGrid", 1)]
    public void DrawnNumbersFitTheOperand(string op, int index)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, op == "AffineGrid" ? new Shape(2, 2, 3) : new Shape(3, 40, 20)));
        Value list = graph.AddInput("list", new TensorType(op == "Resize" && index == 2 ? DType.F32 : DType.I64, new Shape(op == "Split" ? 3 : op == "AffineGrid" ? 4 : 2)));
        AttributeMap attributes = op == "Split" ? new() { { "axis", 1L } } : op == "Resize" ? new() { { "axes", [2L, 1L] } } : [];
        Node node = graph.AddNode("", op, "node", [x, .. Enumerable.Repeat<Value?>(null, index - 1), list], op == "Split" ? ["a", "b", "c"] : ["y"], attributes);
        graph.AddOutput("y", node.Outputs[0]!);
        TypeInference.Run(graph);
        HashSet<string> sizes = [];
        foreach (IReadOnlyList<Tensor> sample in SeededInputs.Make(graph, 8))
        {
            Tensor y = ReferenceEvaluator.Run(graph, sample)[0];
            sizes.Add(string.Join(',', y.Dims.ToArray()));
            Assert.True(op == "Split" || y.Count > 0);
        }

        Assert.True(sizes.Count > 2, string.Join("; ", sizes));
    }

    // The end of a segmentation network: a small mask, in the size of the original image.
    private static Graph Mask()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, 8, 8)));
        Value size = graph.AddInput("size", new TensorType(DType.I64, new Shape(2)));
        Value small = graph.Add("Relu", "small", [Conv(graph, "conv", x, 3, 4, 3)]);
        Value all = graph.Add("Concat", "all", [graph.AddConstant("first", Tensor.Vector<long>(1, 4)), size], new AttributeMap { { "axis", 0L } });
        Value large = graph.Add("Resize", "large", [small, null, null, all], new AttributeMap { { "mode", "linear" } });
        graph.AddOutput("mask", graph.Add("Sigmoid", "mask", [Conv(graph, "one", large, 4, 1, 1)]));
        return graph;
    }

    private static IEnumerable<string> Surface(ExecutionPlan plan) =>
        plan.Inputs.Concat(plan.Outputs).Select(p => $"{p.Identifier} {p.Type} {string.Join(',', p.Dims)} {string.Join(',', p.Sizes.Select(s => s.LastDim >= plan.CallDims))}");

    private static Value Conv(Graph graph, string name, Value x, int inputs, int outputs, int window) =>
        graph.Add("Conv", name, [x, graph.AddConstant($"{name}_w", PlanAgainstReference.Filled(new Random(outputs), outputs, inputs, window, window))]);

    private CompileOptions Options(Graph graph)
    {
        TypeInference.Run(graph);
        using (FileStream stream = File.Create(In("model.onnx")))
        {
            OnnxWriter.Write(graph, stream);
        }

        return OptionsParser.Parse(In("model.onnx"), "", "App", _folder, new Dictionary<string, string>());
    }

    private string In(string name) => Path.Combine(_folder, name);
}
