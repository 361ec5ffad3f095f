using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Operators of training whose results are determined by their inputs.</summary>
public sealed class TrainingModeTests
{
    [Fact]
    public void Batch_normalisation_takes_the_statistics_of_the_batch()
    {
        Random random = new(1);
        foreach (long[] dims in new[] { new long[] { 4, 3 }, [2, 3, 5], [2, 3, 4, 5] })
        {
            Tensor[] parameters = [.. Enumerable.Range(0, 4).Select(_ => PlanAgainstReference.Filled(random, 3))];
            AttributeMap attributes = new() { { "training_mode", 1 }, { "momentum", 0.75f }, { "epsilon", 0.01f } };
            Tensor x = PlanAgainstReference.Filled(random, dims);

            OpHarness.Run("BatchNormalization", attributes, [x], parameters, outputs: 3);
            OpHarness.Run("BatchNormalization", attributes, [x, .. parameters]);
        }
    }

    [Fact]
    public void The_moved_statistics_lie_between_the_given_and_those_of_the_batch()
    {
        AttributeMap attributes = new() { { "training_mode", 1 }, { "momentum", 0.5f }, { "epsilon", 0f } };
        Tensor one = Tensor.Vector(1f);

        Tensor[] y = OpHarness.Run("BatchNormalization", attributes, [Tensor.Create<float>([1, 5], 2, 1)], [one, one, one, one], outputs: 3);

        Assert.Equal([0f, 2f], y[0].Span<float>().ToArray());
        Assert.Equal(2f, y[1].Span<float>()[0]);
        Assert.Equal(2.5f, y[2].Span<float>()[0]);
    }

    [Fact]
    public void Dropout_is_refused_unless_it_drops_nothing()
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        Tensor[] y = OpHarness.Run("Dropout", [], [x], [Tensor.Scalar(0f), Tensor.Scalar(true)], outputs: 2);
        Assert.Equal(x.Bytes.ToArray(), y[0].Bytes.ToArray());
        Assert.DoesNotContain((byte)0, y[1].Bytes.ToArray());

        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("Dropout", [], [x], [Tensor.Scalar(0.25f), Tensor.Scalar(true)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("Dropout", [], [x], [null, Tensor.Scalar(true)]));
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.I64)]
    public void Dropout_refuses_a_mode_that_is_no_truth_value(DType type) =>
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("Dropout", [], [OpHarness.Counting(DType.F32, 2, 3), Tensor.Scalar(0f), OpHarness.Counting(type)]));

    [Theory]
    [InlineData(0f, true)]
    [InlineData(0.25f, false)]
    public void Dropout_of_a_mode_and_ratio_of_the_call_gives_back_its_input_where_nothing_is_dropped(float ratio, bool mode)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);

        Tensor[] y = OpHarness.Run("Dropout", [], [x, Tensor.Scalar(ratio), Tensor.Scalar(mode)], outputs: 2);

        Assert.Equal(x.Bytes.ToArray(), y[0].Bytes.ToArray());
        Assert.DoesNotContain((byte)0, y[1].Bytes.ToArray());
    }

    [Fact]
    public void Dropout_refuses_a_call_that_trains()
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        foreach (Tensor[] call in new[] { new[] { x, Tensor.Scalar(0.25f), Tensor.Scalar(true) }, [x, Tensor.Scalar(float.NaN), Tensor.Scalar(true)] })
        {
            ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => OpHarness.RunPlan(OpHarness.GraphOf("Dropout", [], call, []), call));
            Assert.Contains("only inference is supported", refused.Message, StringComparison.Ordinal);
        }

        // The usual ratio is not 0.
        Graph usual = new(Operators.Set, "test");
        Value[] inputs = [usual.AddInput("x", x.Type), usual.AddInput("mode", new TensorType(DType.Bool, Shape.Scalar))];
        usual.AddOutput("y", usual.Add("Dropout", "y", [inputs[0], null, inputs[1]]));
        OpHarness.AssertEqual([x], OpHarness.RunPlan(usual, [x, Tensor.Scalar(false)]));
        Assert.ThrowsAny<ArgumentException>(() => OpHarness.RunPlan(usual, [x, Tensor.Scalar(true)]));
    }
}
