using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

public sealed class BatchNormalizationTests
{
    [Theory]
    [InlineData(2L, 3L)]
    [InlineData(2L, 3L, 5L)]
    [InlineData(1L, 4L, 3L, 2L)]
    public void ParametersMayBeComputed(params long[] dims)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));
        Value[] parameters = [.. Enumerable.Range(0, 4).Select(i => graph.AddInput($"p{i}", new TensorType(DType.F32, new Shape(dims[1]))))];
        Value variance = graph.Add("Abs", "variance", [parameters[3]]);
        Value y = graph.Add("BatchNormalization", "y", [x, parameters[0], parameters[1], parameters[2], variance], new AttributeMap { { "epsilon", 0.01f } });
        graph.AddOutput("y", y);
        PlanAgainstReference.Check(graph);
    }

    [Theory]
    [InlineData(DType.F64)]
    [InlineData(DType.F32)]
    public void Binary64HasItsOwnPrecision(DType parameters)
    {
        Tensor Parameter(double value) => parameters == DType.F32 ? Tensor.Vector((float)value, 2f) : Tensor.Vector(value, 2.0);
        Tensor x = Tensor.Create<double>([1.0 / 3, -2.5, 1e-9, 7], 1, 2, 2);

        OpHarness.Run("BatchNormalization", new AttributeMap { { "epsilon", 0.01f } }, [x], [Parameter(0.1), Parameter(0.2), Parameter(0.3), Parameter(0.4)]);
    }
}
