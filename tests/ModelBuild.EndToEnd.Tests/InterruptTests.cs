using System.Diagnostics;
using System.Globalization;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Ctrl-C while models are built.</summary>
public sealed class InterruptTests
{
    /// <summary>Products whose reference evaluation takes far longer than the signal needs to arrive.</summary>
    private const int Rows = 2048;

    private const int Size = 512;

    private const int Products = 16;

    /// <summary>The build ends without having made the model, leaves no half-written file, and the next one is right.</summary>
    [TerminalFact]
    public void CtrlCEndsTheBuildAndTheNextOneIsCorrect()
    {
        using TestProject project = TestProject.WithModel();
        DotNet.Run(project.Folder, "restore").Succeeded();
        project.Write("tiny.onnx", SmallModel.MatMulChain(Rows, Size, Products));

        // A shell that starts tests in the background makes them ignore the signal, and they hand that on.
        BuildResult interrupted = DotNet.RunProgram(project.Folder, "setsid", ["env", "--default-signal=INT", "dotnet", "build", "--no-restore", "-nodeReuse:false", "-tl:off"], build => InterruptOnce(build, () => IsOptimized(project)));
        Assert.True(interrupted.ExitCode != 0, interrupted.Output);
        Assert.DoesNotContain("error MDB", interrupted.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(project.Intermediate, "verified.stamp", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(project.Intermediate, "*.tmp*", SearchOption.AllDirectories));

        project.Write("tiny.onnx", SmallModel.Bytes());
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
    }

    private static bool IsOptimized(TestProject project) =>
        Directory.Exists(project.Intermediate) && Directory.GetFiles(project.Intermediate, "2-optimized.onnx", SearchOption.AllDirectories).Length > 0;

    // The group of the process is its own session: what a terminal does at Ctrl-C.
    private static void InterruptOnce(Process build, Func<bool> isDue)
    {
        while (!isDue())
        {
            Assert.False(build.WaitForExit(TimeSpan.FromMilliseconds(20)), "The build ended before the model was optimised.");
        }

        using Process kill = Process.Start("kill", ["-INT", "--", string.Create(CultureInfo.InvariantCulture, $"-{build.Id}")])!;
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
