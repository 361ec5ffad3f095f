using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelBuild.RealModels.Tests;

/// <summary>The one application with all models: built once by <c>dotnet build</c> and run once, when the first test asks for it.</summary>
public sealed class RealModelsApp : IDisposable
{
    /// <summary>Samples of each model.</summary>
    public const int Samples = 3;

    /// <summary>The sample that is the golden file's input, in a model that has one.</summary>
    public const int GoldenSample = 2;

    private readonly string _top = Directory.CreateTempSubdirectory("modelbuild-real-").FullName;
    private readonly Lazy<Dictionary<(string Model, string Check), string>> _results;

    public RealModelsApp() => _results = new(BuildAndRun);

    private string Folder => Path.Combine(_top, "app");

    private string Exchange => Path.Combine(_top, "exchange");

    /// <summary>What a check printed.</summary>
    public string Result(string model, string check) =>
        _results.Value.TryGetValue((model, check), out string? result) ? result : throw new InvalidOperationException($"The application printed no '{check}' of {model}.");

    /// <summary>What the predictor says about itself, as JSON.</summary>
    public string Info(string model) => _results.Value.Count > 0 ? File.ReadAllText(Path.Combine(Exchange, model + ".info.json")) : "";

    /// <summary>An output that the application computed.</summary>
    public double[] Output(string model, int sample, int index)
    {
        _ = _results.Value;
        byte[] bytes = File.ReadAllBytes(Path.Combine(Exchange, $"{model}.{sample}.out{index}.bin"));
        return RealModels.Find(model).Element == "Half"
            ? [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(v => (double)v)]
            : [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)];
    }

    /// <summary>A sample's input.</summary>
    public float[] Input(string model, int sample)
    {
        _ = _results.Value;
        byte[] bytes = File.ReadAllBytes(Path.Combine(Exchange, $"{model}.{sample}.in.bin"));
        return RealModels.Find(model).Element == "Half"
            ? [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(v => (float)v)]
            : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    /// <summary>The ONNX file to compare with: the model itself, or what the build made of another format, or its quantised form.</summary>
    public string Reference(string model)
    {
        _ = _results.Value;
        return ReferencePath(RealModels.Find(model));
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);

    private static void Prepare(string folder, IEnumerable<RealModel> models)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, name), "<Project />");
        }

        File.WriteAllText(Path.Combine(folder, "App.csproj"), AppSource.Project(models));
        File.WriteAllLines(Path.Combine(folder, "digits.txt"), ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]);
    }

    private static void WriteInputs(string folder, RealModel model, int length)
    {
        // The same inputs on every machine; the seed is of no meaning.
        Random random = new(20_240_601);
        for (int n = 0; n < Samples; n++)
        {
            float[] values = n == GoldenSample && model.Golden is { } golden ? GoldenInput(golden) : Noise(random, model, length);
            byte[] bytes = model.Element == "Half" ? MemoryMarshal.AsBytes<Half>([.. values.Select(v => (Half)v)]).ToArray() : MemoryMarshal.AsBytes<float>(values).ToArray();
            File.WriteAllBytes(Path.Combine(folder, $"{model.Name}.{n}.in.bin"), bytes);
        }
    }

    private static float[] Noise(Random random, RealModel model, int length)
    {
        const float Shared = 0.9f;
        float[] values = new float[length];
        float stripe = 0;
        for (int i = 0; i < length; i++)
        {
            stripe = model.Stripe > 0 && i % model.Stripe == 0 ? random.NextSingle() : stripe;
            float unit = random.NextSingle();
            values[i] = model.Low + ((model.High - model.Low) * (model.Stripe > 0 ? (Shared * stripe) + ((1 - Shared) * unit) : unit));
        }

        return values;
    }

    private static float[] GoldenInput(string path)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.PathOf(path)));
        return [.. golden.RootElement.GetProperty("input").EnumerateArray().Select(v => v.GetSingle())];
    }

    private Dictionary<(string, string), string> BuildAndRun()
    {
        IReadOnlyList<RealModel> models = RealModels.All;
        Prepare(Folder, models);
        Directory.CreateDirectory(Exchange);
        foreach (Pictures pictures in models.Where(m => m.IsQuantizedByUs).Select(m => m.Pictures).Distinct())
        {
            LabelledPictures.Write(pictures, Folder);
        }

        foreach (string source in Directory.GetFiles(Repository.PathOf("tests", "ModelBuild.RealModels.Tests", "App"), "*.cs"))
        {
            File.Copy(source, Path.Combine(Folder, Path.GetFileName(source)));
        }

        File.WriteAllText(Path.Combine(Folder, "Program.cs"), AppSource.Program(models));
        DotNet.Run(Folder, "build", "-c", "Release", "-nodeReuse:false", "-tl:off").Succeeded();
        foreach (RealModel model in models)
        {
            using OnnxRuntimeReference reference = new(ReferencePath(model));
            WriteInputs(Exchange, model, OnnxRuntimeReference.LengthOf(reference.Inputs[0].Metadata));
        }

        string output = DotNet.Run(Folder, "exec", Path.Combine(Folder, "bin", "Release", "net10.0", "App.dll"), Exchange, TestData.Root!).Succeeded().Output;
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('\t')).Where(parts => parts.Length == 3)
            .ToDictionary(parts => (parts[0], parts[1]), parts => parts[2]);
    }

    private string Stage(RealModel model, string file) =>
        Directory.GetFiles(Path.Combine(Folder, "obj", "Release", "net10.0", "modelbuild", $"{AppSource.Namespace}.{model.Name}Predictor"), file).Single();

    private string ReferencePath(RealModel model)
    {
        return model.IsQuantizedByUs ? Stage(model, "4-quantized.onnx") : model.IsOnnx ? TestData.PathOf(model.Path) : Stage(model, "1-converted.onnx");
    }
}
