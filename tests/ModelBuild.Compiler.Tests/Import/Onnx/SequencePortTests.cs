using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

/// <summary>Sequences and optionals that are inputs or outputs of a model: one port for each element.</summary>
public sealed class SequencePortTests : IDisposable
{
    private static readonly Tensor s_one = Tensor.Create<float>([1, 2], [2]);
    private static readonly Tensor s_four = Tensor.Create<float>([1, 2, 3, 4], [4]);
    private static readonly Tensor s_two = Tensor.Create<float>([3, 4, 5], [3]);

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-sequences").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EachElementOfASequenceIsAnInput()
    {
        Graph graph = Import(Model(Sequence("xs", "N")).Node("ConcatFromSequence", ["xs"], ["y"], Int("axis", 0)).Output("y"), ("xs", 2));

        Assert.Equal(["xs_0: f32[xs_0_dim0]", "xs_1: f32[xs_1_dim0]"], graph.Inputs.Select(i => $"{i.Name}: {i.Type}"));
        Assert.Equal([1f, 2, 3, 4, 5], ReferenceEvaluator.Run(graph, [s_one, s_two])[0].Span<float>().ToArray());
    }

    [Fact]
    public void EachElementOfASequenceIsAnOutput()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().Input("x", 2).Node("Neg", ["x"], ["n"]).Initializer("c", [1], 7).Input("y_1", 2)
            .Node("SequenceConstruct", ["n", "x", "c", "n"], ["y"]).Output("y").Output("n").Output("y_1");
        Graph graph = model.Import();

        Assert.Equal(["y_0", "y_1_", "y_2", "y_3", "n", "y_1"], graph.Outputs.Select(o => o.Name));
        Tensor[] outputs = OpHarness.RunPlan(graph, [s_one, s_one]);
        Assert.Equal([[-1f, -2], [1f, 2], [7f], [-1f, -2], [-1f, -2], [1f, 2]], outputs.Select(o => o.Span<float>().ToArray()));
    }

    [Fact]
    public void ASequenceGoesThroughTheStages()
    {
        OnnxModelBuilder model = Model(Sequence("xs", null)).Node("Constant", [], ["one"], Int("value_int", 1)).Node("SequenceAt", ["xs", "one"], ["second"])
            .Node("Relu", ["second"], ["r"]).Node("SequenceInsert", ["xs", "r"], ["ys"]).Output("ys");
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model.ToBytes());
        CompileOptions options = new() { ModelPath = path, ClassName = "TestPredictor", Namespace = "Tests", Lengths = new Dictionary<string, int> { ["xs"] = 2 } };
        Stages.Convert(path, In("1.onnx"), options.Lengths, default);
        Stages.Optimize(In("1.onnx"), In("2.onnx"), default);
        CompiledModel compiled = Stages.Compile(In("2.onnx"), In("1.onnx"), In("graph.txt"), options, default);
        _ = Stages.Verify(In("1.onnx"), compiled, options, default);

        Assert.Equal(["xs_0", "xs_1"], compiled.Plan.Inputs.Select(p => p.Name));
        Assert.Equal(["ys_0", "ys_1", "ys_2"], compiled.Plan.Outputs.Select(p => p.Name));
        Assert.Equal(compiled.Plan.Inputs, Stages.Signature(options, default).Inputs);
        using PlanInterpreter interpreter = new(compiled);
        Tensor x = Tensor.Create<float>([-1, 2, -3, 4], [4]);
        Assert.Equal([0f, 2, 0, 4], interpreter.Run([s_four, x])[2].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(1, "x", 2f)]
    [InlineData(0, "", 7f)]
    public void AnOptionalIsThereOrNot(int given, string inputs, float expected)
    {
        GraphProto then = Branch("OptionalGetElement", "x", "there");
        GraphProto otherwise = Branch("Identity", "c", "absent");
        OnnxModelBuilder model = Model(Optional("x", Tensors([2]))).Initializer("c", [2], 7, 7).Node("OptionalHasElement", ["x"], ["has"])
            .Node("If", ["has"], ["y"], Subgraph("then_branch", then), Subgraph("else_branch", otherwise)).Output("y");
        Graph graph = Import(model, ("x", given));

        Assert.Equal(inputs, string.Join(' ', graph.Inputs.Select(i => i.Name)));
        Assert.Equal(expected, ReferenceEvaluator.Run(graph, [.. graph.Inputs.Select(_ => s_one)])[0].Span<float>()[1]);
    }

    [Fact]
    public void AnOptionalSequenceIsItsElementsOrNothing()
    {
        OnnxModelBuilder model = Model(Optional("xs", new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = Tensors([2]) } })).Node("OptionalHasElement", ["xs"], ["y"]).Output("y");
        Assert.Equal(1, ReferenceEvaluator.Run(Import(model, ("xs", 2)), [s_one, s_one])[0].Bytes[0]);
        Assert.Equal(0, ReferenceEvaluator.Run(Import(model, ("xs", 0)), [])[0].Bytes[0]);
    }

    [Fact]
    public void WhatIsNotSaidIsAskedFor()
    {
        OnnxModelBuilder sequence = Model(Sequence("xs", null)).Node("SequenceLength", ["xs"], ["y"]).Output("y");
        OnnxModelBuilder optional = Model(Optional("x", Tensors([2]))).Node("OptionalHasElement", ["x"], ["y"]).Output("y");

        Assert.Contains("Lengths=\"xs=3\"", Errors.Expect(Descriptors.UnsupportedType, () => sequence.Import()), StringComparison.Ordinal);
        Assert.Contains("Lengths=\"x=1\"", Errors.Expect(Descriptors.UnsupportedType, () => optional.Import()), StringComparison.Ordinal);
        Assert.Contains("one tensor or none", Errors.Expect(Descriptors.UnknownMetadata, () => Import(optional, ("x", 2))), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'xs'", Errors.Expect(Descriptors.UnknownMetadata, () => Import(sequence, ("xs", 1), ("xx", 1))), StringComparison.Ordinal);
        Assert.Contains("The model has none", Errors.Expect(Descriptors.UnknownMetadata, () => Import(Small(), ("x", 1))), StringComparison.Ordinal);
        Assert.Contains("an empty sequence", Errors.Expect(Descriptors.UnsupportedType, () => new OnnxModelBuilder().Node("SequenceEmpty", [], ["y"]).Output("y").Import()), StringComparison.Ordinal);
        Assert.Contains("something else than tensors", Errors.Expect(
            Descriptors.UnsupportedType, () => Import(Model(Optional("x", new TypeProto { MapType = new TypeProto.Types.Map() })).Output("x"), ("x", 1))), StringComparison.Ordinal);
    }

    private static Graph Import(OnnxModelBuilder model, params (string Name, int Length)[] lengths)
    {
        using MemoryStream stream = new(model.ToBytes());
        return new OnnxImporter(Operators.Set) { Lengths = lengths.ToDictionary(l => l.Name, l => l.Length) }.Import(stream, "test.onnx", null);
    }

    private static OnnxModelBuilder Model(ValueInfoProto input)
    {
        OnnxModelBuilder model = new();
        model.Model.Graph.Input.Add(input);
        return model;
    }

    private static TypeProto Tensors(long[] dims)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = 1, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new TypeProto { TensorType = tensor };
    }

    // Of vectors, of a free length where it has a name.
    private static ValueInfoProto Sequence(string name, string? length)
    {
        TypeProto element = Tensors([4]);
        if (length is not null)
        {
            element.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = length };
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = element } } };
    }

    private static ValueInfoProto Optional(string name, TypeProto element) => new() { Name = name, Type = new TypeProto { OptionalType = new TypeProto.Types.Optional { ElemType = element } } };

    private static GraphProto Branch(string op, string input, string output)
    {
        GraphProto graph = new() { Name = output };
        graph.Node.Add(NewNode(op, [input], [output]));
        graph.Output.Add(new ValueInfoProto { Name = output });
        return graph;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
