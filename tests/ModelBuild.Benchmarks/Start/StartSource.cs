using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Benchmarks.Start;

/// <summary>The files of the applications.</summary>
internal static class StartSource
{
    /// <summary>A program that runs the model on a ramp.</summary>
    public static string Program(Deployment deployment, long[] inputs, long[] outputs) => $$"""
        float[] x = new float[{{Product(inputs)}}];
        float[] y = new float[{{Product(outputs)}}];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (i * 37 % 101) / 101f;
        }

        {{(deployment.IsOurs ? "App.ModelPredictor.Shared.Predict(x, y);" : OnnxRuntime(inputs, outputs))}}
        int largest = 0;
        for (int i = 1; i < y.Length; i++)
        {
            largest = y[i] > y[largest] ? i : largest;
        }

        return largest % 128;
        """;

    /// <summary>The project, over the files that this repository has built.</summary>
    public static string Project(Deployment deployment) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          {(deployment.IsOurs ? $"""<Import Project="{Repository.PathOf("build", "ModelBuild.props")}" />""" : "")}
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <NuGetAudit>false</NuGetAudit>
            <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
            <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
            <SelfContained>{(deployment.IsNative ? "true" : "false")}</SelfContained>
            <UseAppHost>{(deployment.IsNative ? "true" : "false")}</UseAppHost>
            {deployment.Properties}
            <ModelBuildTasksAssembly>{Repository.Assembly("ModelBuild.Tasks", "net10.0")}</ModelBuildTasksAssembly>
          </PropertyGroup>
          <ItemGroup>
            {(deployment.IsOurs ? Ours() : $"""<PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{OnnxRuntimeVersion()}" /><Content Include="model.onnx" CopyToOutputDirectory="PreserveNewest" />""")}
          </ItemGroup>
          {(deployment.IsOurs ? $"""<Import Project="{Repository.PathOf("build", "ModelBuild.targets")}" />""" : "")}
        </Project>
        """;

    private static string Ours() => $"""
        <DeployModel Include="model.onnx" />
            <Reference Include="{Repository.Assembly("ModelBuild.Runtime", "net10.0")}" />
            <Analyzer Include="{Repository.Assembly("ModelBuild.Generator", "netstandard2.0")}" />
        """;

    private static string OnnxRuntime(long[] inputs, long[] outputs) => $$"""
        using Microsoft.ML.OnnxRuntime.SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = Microsoft.ML.OnnxRuntime.ExecutionMode.ORT_SEQUENTIAL,
        };
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(System.IO.Path.Combine(System.AppContext.BaseDirectory, "model.onnx"), options);
        using Microsoft.ML.OnnxRuntime.OrtValue input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(x, [{{string.Join(", ", inputs)}}]);
        using Microsoft.ML.OnnxRuntime.OrtValue output = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(y, [{{string.Join(", ", outputs)}}]);
        using Microsoft.ML.OnnxRuntime.RunOptions run = new();
        session.Run(run, ["x"], [input], ["y"], [output]);
        """;

    private static string Product(long[] dims) => dims.Aggregate(1L, static (a, b) => a * b).ToString(CultureInfo.InvariantCulture);

    private static string OnnxRuntimeVersion() =>
        typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
