using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class CancellationTests : IDisposable
{
    private const int ManyNodes = 50_000;
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);
    private readonly TaskFolder _folder = new();

    [Fact]
    public async Task ACancelledStageEndsAndLeavesNothing()
    {
        _folder.Write("m.onnx", SmallModel.Chain([.. Enumerable.Repeat("Relu", ManyNodes)]));
        using ConvertModel task = new()
        {
            OutputFile = _folder.Output("1-converted.onnx"),
            DependenciesFile = _folder.Output("dependencies.txt"),
            DependencyTimesFile = _folder.Output("dependencies.times"),
        };

        Task<TaskRun> run = Task.Run(() => _folder.Run(task));
        task.Cancel();
        TaskRun cancelled = await run.WaitAsync(s_hang);

        Assert.False(cancelled.Result);
        Assert.Empty(cancelled.Engine.Errors);
        Assert.Empty(_folder.Outputs);
        _folder.Convert().Succeeded();
    }

    [Fact]
    public void LaterStagesAreCancelledToo()
    {
        _folder.Write("m.onnx", SmallModel.Bytes());
        _folder.Prepare();
        string[] before = _folder.Outputs;
        using CompileModel task = new()
        {
            InputFile = _folder.Output("2-optimized.onnx"),
            ConvertedFile = _folder.Output("1-converted.onnx"),
            PlanFile = _folder.Output("model.plan"),
            WeightsFile = _folder.Output("model.weights"),
            WeightsNameFile = _folder.Output("weights.name"),
            Listing = _folder.Listing,
        };
        task.Cancel();
        TaskRun run = _folder.Run(task);
        Assert.False(run.Result);
        Assert.Empty(run.Engine.Errors);
        Assert.Equal(before, _folder.Outputs);
        _folder.Compile().Succeeded();
    }

    public void Dispose() => _folder.Dispose();
}
