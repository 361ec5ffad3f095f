using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Options;

public sealed class OptionsParserTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-options").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_metadata_names_follow_the_file_and_its_folder()
    {
        CompileOptions options = Parse("Models/face-detector 2.onnx", "Models/");

        Assert.Equal("FaceDetector2Predictor", options.ClassName);
        Assert.Equal("App.Models", options.Namespace);
        Assert.False(options.IsPublic);
        Assert.Equal(PlanRuntime.Generated, options.Runtime);
        Assert.True(options.Verify);
        Assert.Null(options.Quantize);
        Assert.Null(options.Prune);
        Assert.False(options.IsLossy);
    }

    [Theory]
    [InlineData("Quantise", "int8", "Quantize")]
    [InlineData("CalibrationDate", "x.npz", "CalibrationData")]
    [InlineData("MaxAccuracydrops", "0.1", "MaxAccuracyDrop")]
    public void An_unknown_name_is_refused_with_the_nearest_one(string name, string value, string nearest)
    {
        string message = Errors.Expect(Descriptors.UnknownMetadata, () => Parse("m.onnx", "", (name, value)));

        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{nearest}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_scheme_is_found_in_spite_of_its_parameter() => Assert.Contains(
        "Did you mean 'channel'?", Errors.Expect(Descriptors.UnknownMetadata, () => Parse("m.onnx", "", ("Prune", "chanel:0.3"))), StringComparison.Ordinal);

    [Fact]
    public void A_limit_of_accuracy_needs_samples_to_measure_it_on()
    {
        Errors.Expect(Descriptors.InvalidValidationData, () => Parse("m.onnx", "", ("MaxAccuracyDrop", "0.01")));
        File.WriteAllText(Path.Combine(_folder, "v.npz"), "");
        Assert.Equal(0.01, Parse("m.onnx", "", ("MaxAccuracyDrop", "0.01"), ("ValidationData", "v.npz")).MaxAccuracyDrop);
        Errors.Expect(Descriptors.InvalidValidationData, () => Parse("m.onnx", "", ("Verify", "none"), ("ValidationData", "v.npz")));
    }

    [Theory]
    [InlineData("2:4")]
    [InlineData("block:0.7")]
    public void A_pruning_scheme_may_have_a_colon_in_its_name(string prune) => Assert.Equal(prune, Parse("m.onnx", "", ("Prune", prune)).Prune);

    [Theory]
    [InlineData("Quantize", "int9")]
    [InlineData("Quantize", "int8:4")]
    [InlineData("Prune", "magnitude")]
    [InlineData("Prune", "magnitude:1.5")]
    [InlineData("Prune", "magnitude:x")]
    [InlineData("Prune", "2")]
    [InlineData("Prune", "2:8")]
    [InlineData("Prune", "2:4:1")]
    [InlineData("Runtime", "onxruntime")]
    [InlineData("Accessibility", "Private")]
    [InlineData("Dims", "batch")]
    [InlineData("Dims", "batch=0")]
    [InlineData("Dims", "batch=-1")]
    [InlineData("Dims", "batch=99999999999")]
    [InlineData("ClassName", "9Lives")]
    [InlineData("ClassName", "class")]
    [InlineData("Namespace", "A..B")]
    [InlineData("InputNames", "x=1y")]
    [InlineData("InputNames", "x")]
    [InlineData("Lengths", "x")]
    [InlineData("Lengths", "x=-1")]
    [InlineData("Lengths", "x=1025")]
    [InlineData("CalibrationSamples", "0")]
    [InlineData("CalibrationSamples", "many")]
    [InlineData("MaxAccuracyDrop", "1.5")]
    [InlineData("MaxAccuracyDrop", "NaN")]
    [InlineData("MaxSize", "12Q")]
    [InlineData("MaxSize", "-1")]
    [InlineData("Tolerance", "sqnr")]
    [InlineData("Tolerance", "abs=x")]
    [InlineData("Verify", "yes")]
    [InlineData("Weights", "inline")]
    [InlineData("Winograd", "sometimes")]
    public void A_wrong_value_is_refused_by_name(string name, string value)
    {
        string message = Errors.Expect(Descriptors.UnknownMetadata, () => Parse("m.onnx", "", (name, value)));

        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_are_read()
    {
        Assert.Equal([KeyValuePair.Create("xs", 3), KeyValuePair.Create("a=b", 0)], Parse("m.onnx", "", ("Lengths", "xs=3; a=b=0")).Lengths);
        Assert.Empty(Parse("m.onnx", "").Lengths);
    }

    [Fact]
    public void Minimal_filtering_is_on_until_it_is_turned_off()
    {
        Assert.True(Parse("m.onnx", "").Winograd);
        Assert.True(Parse("m.onnx", "", ("Winograd", "auto")).Winograd);
        Assert.False(Parse("m.onnx", "", ("Winograd", "none")).Winograd);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => Parse("m.onnx", "", ("Quantize", "int9"), ("MaxSize", "big"), ("Colour", "red")));

        Assert.Equal(3, error.Diagnostics.Count);
    }

    [Theory]
    [InlineData("256", 256)]
    [InlineData("256K", 262_144)]
    [InlineData("256 KB", 262_144)]
    [InlineData("1.5m", 1_572_864)]
    [InlineData("2G", 2_147_483_648)]
    public void Sizes_have_units_of_1024(string text, long bytes) => Assert.Equal(bytes, Parse("m.onnx", "", ("MaxSize", text)).MaxSize);

    [Theory]
    [InlineData("5M", 5_000_000)]
    [InlineData("1.5G", 1_500_000_000)]
    public void Operations_have_units_of_1000(string text, long macs) => Assert.Equal(macs, Parse("m.onnx", "", ("MaxMacs", text)).MaxMacs);

    [Fact]
    public void Lists_take_both_separators_and_names_any_case()
    {
        CompileOptions options = Parse("m.onnx", "", ("dims", "batch=*; seq = 16,h=224"), ("quantizeexclude", "Conv*; /head/Gemm"), ("inputnames", "input:0=Pixels"));

        Assert.Null(options.Dims["batch"]);
        Assert.Equal(16, options.Dims["seq"]);
        Assert.Equal(224, options.Dims["h"]);
        Assert.Equal(["Conv*", "/head/Gemm"], options.QuantizeExclude);
        Assert.Equal("Pixels", options.InputNames["input:0"]);
    }

    [Theory]
    [InlineData("CalibrationData", "MDB4001")]
    [InlineData("ValidationData", "MDB6004")]
    [InlineData("VerifyData", "MDB6004")]
    public void A_missing_data_file_is_an_error_at_its_place(string name, string code)
    {
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => Parse("m.onnx", "", (name, "data/none.npz")));

        Diagnostic diagnostic = Assert.Single(error.Diagnostics);
        Assert.Equal(code, diagnostic.Descriptor.Code);
        Assert.Contains("data/none.npz", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_paths_are_relative_to_the_project()
    {
        string file = Path.Combine(_folder, "calibration.npz");
        File.WriteAllText(file, "");

        Assert.Equal(file, Parse("m.onnx", "", ("Quantize", "int8"), ("CalibrationData", "calibration.npz")).CalibrationData);
    }

    private CompileOptions Parse(string model, string relativeFolder, params (string Name, string Value)[] metadata) =>
        OptionsParser.Parse(Path.Combine(_folder, model), relativeFolder, "App", _folder, metadata.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal));
}
