using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Benchmarks.Start;

/// <summary>A way to bring a model to a user.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Properties">Properties of the project.</param>
/// <param name="IsNative">Compiled to machine code.</param>
/// <param name="IsOurs">The model is deployed by ModelBuild, else loaded by ONNX Runtime.</param>
internal sealed record Deployment(string Name, string Properties, bool IsNative, bool IsOurs)
{
    private const string Native = "<PublishAot>true</PublishAot><IlcInstructionSet>native</IlcInstructionSet><InvariantGlobalization>true</InvariantGlobalization><OptimizationPreference>Speed</OptimizationPreference><StackTraceSupport>false</StackTraceSupport><UseSystemResourceKeys>true</UseSystemResourceKeys>";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Deployment> All { get; } =
    [
        new("ONNX Runtime, JIT", "", IsNative: false, IsOurs: false),
        new("ONNX Runtime, NativeAOT", Native, IsNative: true, IsOurs: false),
        new("ModelBuild, JIT", "", IsNative: false, IsOurs: true),
        new("ModelBuild, JIT, ReadyToRun", $"<PublishReadyToRun>true</PublishReadyToRun><ModelBuildReadyToRunInstructionSet>{(Avx512BW.IsSupported ? "x86-64-v4" : "x86-64-v3")}</ModelBuildReadyToRunInstructionSet>", IsNative: false, IsOurs: true),
        new("ModelBuild, NativeAOT", Native, IsNative: true, IsOurs: true),
    ];
}
