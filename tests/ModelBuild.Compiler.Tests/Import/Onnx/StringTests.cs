using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Output;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

/// <summary>Strings and labels of classical models.</summary>
public sealed class StringTests
{
    private static readonly Tensor s_rows = Tensor.Create<float>([1, 0, 0, 1], 2, 2);

    [Fact]
    public void LabelsOfAClassifierAreStringsAndNameTheColumnsOfItsScores()
    {
        Graph graph = Classifier(Words("classlabels_strings", "cat", "dog", "cow")).Output("label").Output("scores").Import();

        Assert.Equal(["cat", "dog", "cow"], Assert.Single(graph.OutputLabels).Value);
        Assert.Equal(new TensorType(DType.String, Shape.Of(2)), graph.Outputs[0].Value.Type);
        Assert.Equal(["cat", "cow"], ReferenceEvaluator.Run(graph, [s_rows])[0].ToStringArray());
    }

    [Fact]
    public void NumbersOfAClassifierNameTheColumnsOfItsScores()
    {
        Graph graph = Classifier(Ints("classlabels_ints", 7, 8, 9)).Output("label").Output("scores").Import();

        Assert.Equal(["7", "8", "9"], Assert.Single(graph.OutputLabels).Value);
        Assert.Equal([7L, 9], ReferenceEvaluator.Run(graph, [s_rows])[0].ToInt64Array());
    }

    [Fact]
    public void ZipMapIsDroppedAndItsKeysAreLabels()
    {
        OnnxModelBuilder model = Classifier(Ints("classlabels_ints", 0, 1, 2));
        model.Model.Graph.Node.Add(Ml("ZipMap", ["scores"], ["map"], Words("classlabels_strings", "cat", "dog", "cow")));
        Graph graph = model.Output("label").Output("map").Import();

        Assert.Equal(new TensorType(DType.F32, Shape.Of(2, 3)), graph.Outputs[1].Value.Type);
        Assert.Equal(["cat", "dog", "cow"], graph.OutputLabels["map"]);
    }

    [Fact]
    public void LabelsOutliveTheFilesOfTheStages()
    {
        Graph graph = Classifier(Words("classlabels_strings", "cat \"1\"", "dog\n", "cow")).Output("label").Output("scores").Import();
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        stream.Position = 0;
        Graph read = new OnnxImporter(Operators.Set).Import(stream, "x.onnx", null);

        Assert.Equal(["cat \"1\"", "dog\n", "cow"], read.OutputLabels["scores"]);
        Assert.Equal(["cat \"1\"", "cow"], ReferenceEvaluator.Run(read, [s_rows])[0].ToStringArray());
        Assert.Equal(read.OutputLabels, GraphClone.Clone(read).OutputLabels);
    }

    [Fact]
    public void ConstantsOfStringsArePicked()
    {
        OnnxModelBuilder model = Classifier(Ints("classlabels_ints", 0, 1, 2));
        TensorProto words = new() { Name = "words", DataType = (int)DType.String };
        words.Dims.Add(3);
        words.StringData.AddRange(new[] { "cat", "dog", "cow" }.Select(ByteString.CopyFromUtf8));
        model.Model.Graph.Initializer.Add(words);
        model.Model.Graph.Node.Add(Ml("ArrayFeatureExtractor", ["words", "label"], ["picked"]));
        model.Model.Graph.Node.Add(NewNode("Cast", ["picked"], ["text"], Int("to", (long)DType.String)));
        Graph graph = model.Output("text").Import();

        Assert.Empty(graph.OutputLabels);
        Assert.Equal(["cat", "cow"], ReferenceEvaluator.Run(graph, [s_rows])[0].ToStringArray());
    }

    [Theory]
    [InlineData("LabelEncoder", "keys_strings", "values_int64s")]
    [InlineData("CategoryMapper", "cats_strings", "cats_int64s")]
    public void MappedLabelsBecomeNumbers(string op, string keys, string values)
    {
        OnnxModelBuilder model = Classifier(Words("classlabels_strings", "cat", "dog", "cow"));
        model.Model.Graph.Node.Add(Ml(op, ["label"], ["number"], Words(keys, "cow", "cat", "hen"), Ints(values, 30, 10, 40), Int("default_int64", -5)));
        Graph graph = model.Output("number").Import();

        Assert.Empty(graph.OutputLabels);
        Assert.Equal([10L, 30], ReferenceEvaluator.Run(graph, [s_rows])[0].ToInt64Array());
    }

    [Theory]
    [InlineData("LabelEncoder", "values_strings", "keys_int64s", "cow")]
    [InlineData("CategoryMapper", "cats_strings", "cats_int64s", "cow")]
    public void NumbersAreMappedToWords(string op, string values, string keys, string second)
    {
        OnnxModelBuilder model = Classifier(Ints("classlabels_ints", 0, 1, 2));
        model.Model.Graph.Node.Add(Ml(op, ["label"], ["word"], Words(values, "dog", second), Ints(keys, 1, 2), String("default_string", "none")));
        Graph graph = model.Output("word").Import();

        Assert.Empty(graph.OutputLabels);
        Assert.Equal(["none", "cow"], ReferenceEvaluator.Run(graph, [s_rows])[0].ToStringArray());
    }

    [Fact]
    public void ArithmeticOnStringsIsRefused()
    {
        OnnxModelBuilder model = Classifier(Words("classlabels_strings", "cat", "dog", "cow"));
        model.Model.Graph.Node.Add(NewNode("Add", ["label", "label"], ["sum"]));
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => model.Output("sum").Import());
        Assert.Equal("MDB2003", error.Diagnostics[0].Descriptor.Code);
    }

    // The first row scores 1, 0, 0 and the second 0, 0, 1.
    private static OnnxModelBuilder Classifier(AttributeProto labels)
    {
        OnnxModelBuilder model = new OnnxModelBuilder().Input("x", 2, 2);
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        model.Model.Graph.Node.Add(Ml("LinearClassifier", ["x"], ["label", "scores"], labels, Floats("coefficients", 1, 0, 0, 0, 0, 1), Floats("intercepts", 0, 0, 0)));
        return model;
    }

    private static NodeProto Ml(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = NewNode(op, inputs, outputs, attributes);
        node.Domain = "ai.onnx.ml";
        return node;
    }

    private static AttributeProto Words(string name, params string[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }
}
