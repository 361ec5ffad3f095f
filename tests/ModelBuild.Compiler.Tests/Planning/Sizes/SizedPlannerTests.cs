using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Transformers;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

public sealed class SizedPlannerTests
{
    private static readonly EncoderWeights s_weights = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnEncoderTakesAnyBatchAndLength(bool hasLayerNorm)
    {
        Graph graph = new PrimitiveEncoder(s_weights, hasLayerNorm).Build();
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("batch", "Batch", 1, 8), new PlanDim("length", "Length", 1, EncoderWeights.Positions));
        Assert.InRange(model.Plan.Variants.Count, 0, 2);
        foreach (long[] sizes in (long[][])[[1, 1], [1, 7], [3, 7], [8, EncoderWeights.Positions], [2, 2], [5, 1]])
        {
            SizedHarness.Check(graph, model, sizes);
        }
    }

    [Fact]
    public void AFusedEncoderTakesAnyBatchAndLength()
    {
        Graph graph = FusedEncoder.Build(s_weights);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("batch", "Batch", 1, 8), new PlanDim("length", "Length", 1, EncoderWeights.Positions));
        foreach (long[] sizes in (long[][])[[1, 1], [1, 7], [3, 7], [8, EncoderWeights.Positions], [2, 2]])
        {
            SizedHarness.Check(graph, model, sizes);
        }
    }

    [Fact]
    public void AStridedNetworkTakesAnyImageAndWritesLengthsAsExpressions()
    {
        Graph graph = Image("height", "width");
        Value x = graph.Inputs[0];
        for (int layer = 0; layer < 3; layer++)
        {
            x = graph.Add("Relu", $"relu{layer}", [Conv(graph, x, layer == 0 ? 3 : 8, 8, stride: 2)]);
        }

        graph.AddOutput("map", x);
        graph.AddOutput("mean", graph.Add("GlobalAveragePool", "mean", [x]));
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("height", "Height", 1, 200), new PlanDim("width", "Width", 3, int.MaxValue));
        foreach (long[] sizes in (long[][])[[1, 3], [200, 5], [17, 64], [33, 31], [8, 8], [199, 100]])
        {
            SizedHarness.Check(graph, model, sizes);
        }
    }

    [Theory]
    [InlineData("nearest", "asymmetric")]
    [InlineData("linear", "half_pixel")]
    [InlineData("linear", "align_corners")]
    [InlineData("cubic", "pytorch_half_pixel")]
    public void AResizedImageMakesItsTablesWhenItIsCalled(string mode, string transformation)
    {
        Graph graph = Image("height", "width");
        AttributeMap attributes = new() { { "mode", mode }, { "coordinate_transformation_mode", transformation } };
        Value twice = graph.AddNode("", "Resize", "twice", [graph.Inputs[0], null, graph.AddConstant("scales", Tensor.Vector<float>(1, 1, 2, 1.5f))], ["twice"], attributes).Output;
        Value back = graph.AddNode("", "Resize", "back", [twice, null, null, graph.Add("Shape", "shape", [graph.Inputs[0]])], ["back"], attributes).Output;
        graph.AddOutput("y", back);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("height", "Height", 2, 60), new PlanDim("width", "Width", 2, 60));
        foreach (long[] sizes in (long[][])[[2, 2], [5, 60], [31, 7]])
        {
            SizedHarness.Check(graph, model, sizes);
        }
    }

    [Theory]
    [InlineData("linear", "half_pixel", 1, 0)]
    [InlineData("cubic", "half_pixel", 1, 1)]
    [InlineData("linear", "tf_crop_and_resize", 0, 0)]
    [InlineData("nearest", "tf_crop_and_resize", 0, 0)]
    [InlineData("cubic", "tf_crop_and_resize", 1, 1)]
    public void FiltersAndRegionsAreThoseOfTheSizesOfTheCall(string mode, string transformation, int antialias, int excludeOutside)
    {
        Graph graph = Image("height", "width");
        AttributeMap attributes = new()
        {
            { "mode", mode }, { "coordinate_transformation_mode", transformation }, { "antialias", (long)antialias }, { "exclude_outside", (long)excludeOutside }, { "extrapolation_value", 7f }, { "axes", [3L, 2L] },
        };
        Value region = graph.AddConstant("roi", Tensor.Vector<float>(-0.25f, 0.125f, 0.75f, 1));
        Value third = graph.AddNode("", "Resize", "third", [graph.Inputs[0], region, null, graph.AddConstant("sizes", Tensor.Vector<long>(11, 17))], ["third"], attributes).Output;
        Value half = graph.AddNode("", "Resize", "half", [graph.Inputs[0], transformation == "tf_crop_and_resize" ? graph.AddConstant("all", Tensor.Vector<float>(0, 0, 1, 1)) : null, graph.AddConstant("scales", Tensor.Vector<float>(0.5f, 0.5f))], ["half"], attributes.Clone()).Output;
        graph.AddOutput("y", third);
        graph.AddOutput("z", half);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("height", "Height", 2, 60), new PlanDim("width", "Width", 2, 60));
        foreach (long[] sizes in (long[][])[[2, 2], [5, 60], [31, 7], [60, 59]])
        {
            SizedHarness.Check(graph, model, sizes);
        }
    }

    [Fact]
    public void WhatDependsOnASizeIsComputedByTheCall()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(new Dim("length"), 4)));
        Value length = graph.Add("Gather", "length", [graph.Add("Shape", "shape", [x]), graph.AddConstant("zero", Tensor.Scalar(0L))]);
        Value positions = graph.Add("Range", "positions", [graph.AddConstant("from", Tensor.Scalar(0L)), length, graph.AddConstant("by", Tensor.Scalar(1L))]);
        Value table = graph.AddConstant("table", Tensor.Create<float>([.. Enumerable.Range(0, 400).Select(i => i * 0.5f)], [100, 4]));
        Value rows = graph.Add("Gather", "rows", [table, positions]);
        Value real = graph.Add("Cast", "real", [length], new AttributeMap { { "to", 1L } });
        graph.AddOutput("y", graph.Add("Div", "mean", [graph.Add("Add", "sum", [x, rows]), real]));
        graph.AddOutput("n", graph.Add("Identity", "n", [length]));
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("length", "Length", 1, 100));
        foreach (long size in (long[])[1, 2, 9, 64, 100])
        {
            SizedHarness.Check(graph, model, size);
        }
    }

    [Fact]
    public void AnyNumberOfStringsIsCompared()
    {
        Graph graph = new(Operators.Set);
        Value words = graph.AddInput("words", new TensorType(DType.String, new Shape(new Dim("rows"), 2)));
        Value moved = graph.Add("Transpose", "moved", [words]);
        graph.AddOutput("equal", graph.Add("Equal", "equal", [moved, graph.AddConstant("word", Tensor.OfStrings(["cat"]))]));
        graph.AddOutput("same", moved);
        graph.AddOutput("joined", graph.Add("StringConcat", "joined", [words, graph.AddConstant("end", Tensor.OfStrings(["s"]))]));
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("rows", "Rows", 1, 100));
        foreach (long rows in (long[])[1, 2, 17, 100])
        {
            SizedHarness.Check(graph, model, rows);
        }
    }

    [Fact]
    public void AStepKeepsToItsMultiples()
    {
        Graph graph = Image("height", "width");
        Value half = Conv(graph, graph.Inputs[0], 3, 4, stride: 2);
        Value up = graph.AddNode("", "Resize", "up", [half, null, graph.AddConstant("scales", Tensor.Vector<float>(1, 1, 2, 2))], ["up"], new AttributeMap { { "mode", "nearest" } }).Output;
        graph.AddOutput("y", graph.Add("Concat", "join", [graph.Inputs[0], up], new AttributeMap { { "axis", 1L } }));
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("height", "Height", 2, 64, 2), new PlanDim("width", "Width", 4, 64, 2));
        SizedHarness.Check(graph, model, 2, 4);
        SizedHarness.Check(graph, model, 64, 32);
        string message = Errors.Expect(Descriptors.ShapeMismatch, () => SizedHarness.Compile(graph, new PlanDim("height", "Height", 2, 64), new PlanDim("width", "Width", 4, 64)));
        Assert.Contains("At height=", message, StringComparison.Ordinal);
    }

    private static Graph Image(string height, string width)
    {
        Graph graph = new(Operators.Set);
        graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, new Dim(height), new Dim(width))));
        return graph;
    }

    private static Value Conv(Graph graph, Value x, int inputs, int outputs, int stride)
    {
        Value weights = graph.AddConstant("w", PlanAgainstReference.Filled(new Random(5), outputs, inputs, 3, 3));
        AttributeMap attributes = new() { { "kernel_shape", [3L, 3L] }, { "strides", [stride, stride] }, { "pads", [1L, 1L, 1L, 1L] } };
        return graph.Add("Conv", "conv", [x, weights], attributes);
    }
}
