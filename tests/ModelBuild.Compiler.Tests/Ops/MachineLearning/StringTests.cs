using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

/// <summary>Operators of classical models on strings, against ONNX Runtime.</summary>
public sealed class StringTests
{
    private static readonly Tensor s_words = Tensor.OfStrings(["cat", "dog", "", "Cat", "caf\u00e9", "\ud83d\ude00", "dog", "cow"], 4, 2);
    private static readonly Tensor s_rows = Tensor.Create<float>([1, 2, -3, 0.5f, -1, -1, 4, 0], 4, 2);

    [Fact]
    public void WordsAreMappedToEveryType()
    {
        StringsAttribute keys = new(["dog", "cat", "caf\u00e9", "", "\ud83d\ude00"]);
        Referee.Compare("LabelEncoder", new() { { "keys_strings", keys }, { "values_int64s", [1, 2, 3, 4, 5] }, { "default_int64", -7 } }, [s_words], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_strings", keys }, { "values_floats", new FloatsAttribute([1, 2, 3, 4, 5]) }, { "default_float", 0.5f } }, [s_words], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_strings", keys }, { "values_strings", new StringsAttribute(["un", "deux", "", "quatre", "\u4e94"]) }, { "default_string", "?" } }, [s_words], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_strings", keys }, { "values_strings", new StringsAttribute(["1", "2", "3", "4", "5"]) } }, [s_words], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_tensor", new TensorAttribute(Tensor.OfStrings(["dog", "cow"], 2)) }, { "values_tensor", new TensorAttribute(Tensor.Vector<short>(5, 6)) }, { "default_tensor", new TensorAttribute(Tensor.Vector<short>(-9)) } }, [s_words], trusted: [0]);
    }

    [Fact]
    public void NumbersAreMappedToWords()
    {
        StringsAttribute values = new(["one", "two"]);
        Referee.Compare("LabelEncoder", new() { { "keys_int64s", [1, 2] }, { "values_strings", values }, { "default_string", "none" } }, [Tensor.Vector<long>(2, 1, 0)], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_floats", new FloatsAttribute([1, float.NaN]) }, { "values_strings", values } }, [Tensor.Vector<float>(float.NaN, 1, 0)], version: 4);
    }

    [Fact]
    public void TheLastOfEqualKeysCounts()
    {
        AttributeMap attributes = new() { { "keys_strings", new StringsAttribute(["a", "b", "a"]) }, { "values_int64s", [1, 2, 3] } };
        Assert.Equal([3L, 2, -1], Referee.CompareWithoutOnnxRuntime("LabelEncoder", attributes, [Tensor.OfStrings(["a", "b", "c"], 3)])[0].ToInt64Array());
    }

    [Fact]
    public void WordsAreEncodedAsColumns()
    {
        Referee.Compare("OneHotEncoder", new() { { "cats_strings", new StringsAttribute(["dog", "cat", "caf\u00e9", ""]) } }, [s_words]);
        Tensor known = Tensor.OfStrings(["b", "a", "b"], 3, 1);
        Referee.Compare("OneHotEncoder", new() { { "cats_strings", new StringsAttribute(["a", "b"]) }, { "zeros", 0 } }, [known]);
        AttributeMap strict = new() { { "cats_strings", new StringsAttribute(["a", "c"]) }, { "zeros", 0 } };
        Errors.Expect(Descriptors.InvalidNode, () => Referee.CompareWithoutOnnxRuntime("OneHotEncoder", strict, [known]));
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(Referee.GraphOf("OneHotEncoder", strict, [known]), [known])).Message, StringComparison.Ordinal);
        Errors.Expect(Descriptors.InvalidNode, () => Referee.GraphOf("OneHotEncoder", new() { { "cats_int64s", [1] } }, [known]));
    }

    [Fact]
    public void ClassifiersGiveTheNamesOfClasses()
    {
        AttributeMap three = new() { { "classlabels_strings", new StringsAttribute(["cat", "dog", ""]) }, { "coefficients", new FloatsAttribute([1, 0, 0, 1, -1, -1]) }, { "intercepts", new FloatsAttribute([0, 0, 0]) } };
        Referee.Compare("LinearClassifier", three, [s_rows], outputs: 2);
        AttributeMap two = new() { { "classlabels_strings", new StringsAttribute(["no", "yes"]) }, { "coefficients", new FloatsAttribute([1, -0.5f]) }, { "intercepts", new FloatsAttribute([0.25f]) }, { "post_transform", "LOGISTIC" } };
        Referee.Compare("LinearClassifier", two, [s_rows], outputs: 2);
        AttributeMap vectors = new() { { "classlabels_strings", new StringsAttribute(["no", "yes"]) }, { "coefficients", new FloatsAttribute([1, -0.5f, 0.25f, -1]) }, { "rho", new FloatsAttribute([0.5f]) }, { "kernel_type", "LINEAR" }, { "kernel_params", new FloatsAttribute([0, 0, 0]) } };
        Referee.Compare("SVMClassifier", vectors, [s_rows], outputs: 2);
    }

    [Fact]
    public void TreesGiveTheNamesOfClasses()
    {
        AttributeMap trees = new()
        {
            { "classlabels_strings", new StringsAttribute(["cat", "dog", "cow"]) },
            { "nodes_treeids", [0, 0, 0] }, { "nodes_nodeids", [0, 1, 2] }, { "nodes_featureids", [1, 0, 0] }, { "nodes_values", new FloatsAttribute([0.25f, 0, 0]) },
            { "nodes_modes", new StringsAttribute(["BRANCH_LEQ", "LEAF", "LEAF"]) }, { "nodes_truenodeids", [1, 0, 0] }, { "nodes_falsenodeids", [2, 0, 0] },
            { "class_treeids", [0, 0, 0] }, { "class_nodeids", [1, 2, 2] }, { "class_ids", [0, 1, 2] }, { "class_weights", new FloatsAttribute([1, 0.25f, 0.75f]) },
        };
        Tensor label = Referee.Compare("TreeEnsembleClassifier", trees, [s_rows], outputs: 2, version: 3)[0];
        Assert.Equal(["cow", "cow", "cat", "cat"], label.ToStringArray());
    }
}
