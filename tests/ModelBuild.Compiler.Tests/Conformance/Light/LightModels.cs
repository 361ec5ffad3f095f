using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Tests.Conformance.Light;

/// <summary>The suite of well-known networks whose weights are constants of one value each, made by ConstantOfShape.</summary>
internal static class LightModels
{
    /// <summary>Folder of the suite in the archive, and first part of the tests' names.</summary>
    public const string Suite = "light";

    private const string Output = "_output_";

    /// <summary>True for tests of this suite.</summary>
    public static bool Contains(string test) => test.StartsWith(Suite + "/", StringComparison.Ordinal);

    /// <summary>Test and file, as in the other suites, of a file of this one; null for files of no test.</summary>
    /// <param name="file">Its name; models and outputs lie side by side.</param>
    /// <param name="model">Name of a model's file.</param>
    public static (string Test, string File)? Place(string file, string model)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        int output = name.IndexOf(Output, StringComparison.Ordinal);
        return Path.GetExtension(file) switch
        {
            ".onnx" => ($"{Suite}/{name}", model),
            ".pb" when output > 0 => ($"{Suite}/{name[..output]}", $"test_data_set_0/{name[(output + 1)..]}.pb"),
            _ => null,
        };
    }

    /// <summary>The inputs that the outputs were stored for: element i of n is i / n, as <c>generate_dummy_data</c> in onnx/backend/test/runner makes them.</summary>
    public static byte[][] InputsOf(byte[] model)
    {
        GraphProto graph = ModelProto.Parser.ParseFrom(model).Graph;
        HashSet<string> weights = [.. graph.Initializer.Select(i => i.Name)];
        return [.. graph.Input.Where(i => !weights.Contains(i.Name)).Select(i => Ramp(i).ToByteArray())];
    }

    private static TensorProto Ramp(ValueInfoProto input)
    {
        long[] dims = [.. input.Type.TensorType.Shape.Dim.Select(d => d.HasDimValue ? d.DimValue : 1)];
        long count = dims.Aggregate(1L, (a, b) => a * b);
        TensorProto tensor = new() { Name = input.Name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.AddRange(dims);
        for (long i = 0; i < count; i++)
        {
            tensor.FloatData.Add((float)(i / (double)count));
        }

        return tensor;
    }
}
