using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Formats;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Verification;

public sealed class SampleSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-samples").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void IntegersAreConvertedToTheTypeOfTheInput()
    {
        SampleSet set = Read(DType.I32, "<i8", [.. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-8L)]);
        Assert.Equal([7L], set.Samples[0][0].ToInt64Array());
        Assert.Equal([-8L], set.Samples[1][0].ToInt64Array());
        Assert.Equal(DType.I32, set.Samples[0][0].DType);
        Assert.Equal([7.0], Read(DType.F32, "<i8", [.. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-8L)]).Samples[0][0].ToDoubleArray());
    }

    [Fact]
    public void AnIntegerThatTheTypeOfTheInputDoesNotHoldIsNamed()
    {
        string message = Errors.Expect(Descriptors.CalibrationMissing, () => Read(DType.I32, "<i8", [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(1L << 40)]));
        Assert.Contains("'x' holds 1099511627776", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DType.F32, "<U1")]
    [InlineData(DType.I64, "<U1")]
    [InlineData(DType.I64, "<f4")]
    [InlineData(DType.U8, "<i4")]
    public void AnotherTypeIsRefusedWithBothTypes(DType type, string descr)
    {
        string message = Errors.Expect(Descriptors.CalibrationMissing, () => Read(type, descr, Encoding.UTF32.GetBytes("12")));
        Assert.Contains($"the model takes {type}. Convert it", message, StringComparison.Ordinal);
    }

    // Two samples of one element.
    private SampleSet Read(DType type, string descr, byte[] data)
    {
        string path = Path.Combine(_folder, "samples.npy");
        File.WriteAllBytes(path, NpyTests.Npy(descr, "(2, 1)", data));
        Graph graph = new(Operators.Set, "test");
        graph.AddInput("x", new TensorType(type, Shape.Of([1, 1])));
        return SampleSet.Read(path, graph, 10, Descriptors.CalibrationMissing);
    }
}
