using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Shapes;

public sealed class ReverseSequenceTests
{
    private static readonly Tensor s_x = OpHarness.Counting(DType.F32, 3, 4, 2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LengthsMayBeComputed(long time)
    {
        AttributeMap attributes = new() { { "time_axis", time }, { "batch_axis", 1 - time } };
        Tensor lengths = time == 0 ? Tensor.Vector<long>(0, 3, 1, 2) : Tensor.Vector<long>(4, 0, 3);
        OpHarness.Run("ReverseSequence", attributes, [s_x, lengths]);
        OpHarness.Run("ReverseSequence", attributes, [s_x], [lengths]);

        Graph graph = OpHarness.GraphOf("ReverseSequence", attributes, [s_x, lengths], []);
        TypeInference.Run(graph);
        Tensor wrong = Tensor.Vector<long>([.. Enumerable.Repeat(5L, lengths.Count)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => OpHarness.RunPlan(graph, [s_x, wrong]));
    }
}
