using Microsoft.Build.Utilities;

namespace ModelBuild.Tasks.Tests;

/// <summary>A project's folder with one model item, and the stages' files in <c>obj</c>, as the targets name them.</summary>
internal sealed class TaskFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-tasks-").FullName;

    public TaskFolder()
    {
        Model = new TaskItem(PathOf("m.onnx"));
        Directory.CreateDirectory(PathOf("obj"));
    }

    /// <summary>The item; its metadata are the settings.</summary>
    public TaskItem Model { get; }

    public string Project => PathOf("App.csproj");

    public string Listing => Output("graph.txt");

    /// <summary>Names of the files that the stages have made.</summary>
    public string[] Outputs => [.. Directory.GetFiles(PathOf("obj")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Output(string name) => Path.Combine(_folder, "obj", name);

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(PathOf(name), bytes);

    public TaskRun Convert() => Run(new ConvertModel
    {
        OutputFile = Output("1-converted.onnx"),
        DependenciesFile = Output("dependencies.txt"),
        DependencyTimesFile = Output("dependencies.times"),
    });

    public TaskRun Optimize() => Run(new OptimizeModel { InputFile = Output("1-converted.onnx"), OutputFile = Output("2-optimized.onnx"), Listing = Listing });

    public TaskRun Prune() => Run(new PruneModel { InputFile = Output("2-optimized.onnx"), OutputFile = Output("3-pruned.onnx"), Listing = Listing });

    public TaskRun Quantize() => Run(new QuantizeModel { InputFile = Output("2-optimized.onnx"), OutputFile = Output("4-quantized.onnx"), Listing = Listing });

    public TaskRun Compile(string last = "2-optimized.onnx") => Run(new CompileModel
    {
        InputFile = Output(last),
        ConvertedFile = Output("1-converted.onnx"),
        PlanFile = Output("model.plan"),
        WeightsFile = Output("model.weights"),
        WeightsNameFile = Output("weights.name"),
        Listing = Listing,
    });

    public TaskRun Verify(string last = "2-optimized.onnx", bool enabled = true) => Run(new VerifyModel
    {
        ConvertedFile = Output("1-converted.onnx"),
        InputFile = Output(last),
        PlanFile = Output("model.plan"),
        WeightsFile = Output("model.weights"),
        VerificationFile = Output("model.verification"),
        ReportDirectory = PathOf("obj"),
        Listing = Listing,
        Enabled = enabled,
    });

    public TaskRun Check(bool hasOnnxRuntimePackage, params TaskItem[] models) => Run(new CheckModels { Models = models, HasOnnxRuntimePackage = hasOnnxRuntimePackage });

    /// <summary>Runs the stages before the last one, which must succeed.</summary>
    public void Prepare()
    {
        Convert().Succeeded();
        Optimize().Succeeded();
    }

    public TaskRun Run(ModelTask task) => Run(task, Model);

    public TaskRun Run(ModelTask task, TaskItem item)
    {
        RecordingEngine engine = new();
        task.BuildEngine = engine;
        task.Model = item;
        task.ProjectDirectory = _folder;
        task.ProjectFile = Project;
        task.RootNamespace = "App";
        using (task)
        {
            return new TaskRun(task.Execute(), engine);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
