using System.Globalization;
using System.Text;

namespace ModelBuild.RealModels.Tests;

/// <summary>Writes the application: a project file with every model, one adapter for each and the program.</summary>
internal static class AppSource
{
    /// <summary>The namespace of the generated predictors.</summary>
    public const string Namespace = "Models";

    /// <summary>The project file.</summary>
    public static string Project(IEnumerable<RealModel> models) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="{Repository.PathOf("build", "ModelBuild.props")}" />
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <RootNamespace>ModelBuild.RealModels.App</RootNamespace>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <UseAppHost>false</UseAppHost>
            <UseSharedCompilation>false</UseSharedCompilation>
            <ModelBuildTasksAssembly>{Repository.Assembly("ModelBuild.Tasks", "net10.0")}</ModelBuildTasksAssembly>
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", models.Select(Item))}
            <Reference Include="{Repository.Assembly("ModelBuild.Runtime", "net10.0")}" />
            <Analyzer Include="{Repository.Assembly("ModelBuild.Generator", "netstandard2.0")}" />
          </ItemGroup>
          <Import Project="{Repository.PathOf("build", "ModelBuild.targets")}" />
        </Project>
        """;

    /// <summary>The program: every check of every model.</summary>
    public static string Program(IEnumerable<RealModel> models)
    {
        StringBuilder text = new("""
            using System;
            using ModelBuild;
            using ModelBuild.RealModels.App;

            string folder = args[0];
            string data = args[1];

            """);
        foreach (RealModel model in models)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""
                {
                    var model = new {{model.Name}}App();
                    Facts.Write(folder, model.Name, model.Predictor.Info);
                    new Checks<{{model.Element}}>(model, Samples.Read<{{model.Element}}>(folder, model.Name)).Run(folder);
                """);
            if (model.Pictures != Pictures.None)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $$"""    Console.WriteLine(FormattableString.Invariant($"{model.Name}\taccuracy\t{Accuracy.Measure(model, "{{model.Pictures}}", data):R}"));""");
            }

            text.AppendLine("}");
        }

        foreach (RealModel model in models)
        {
            text.AppendLine(Adapter(model));
        }

        return text.ToString();
    }

    private static string Item(RealModel model) =>
        $"""<DeployModel Include="{TestData.PathOf(model.Path)}" ClassName="{model.Name}Predictor" Namespace="{Namespace}" {model.Metadata} />""";

    private static string Adapter(RealModel model)
    {
        string predictor = $"{Namespace}.{model.Name}Predictor";
        string outputs = string.Join(", ", Enumerable.Range(0, model.Outputs).Select(i => $"outputs[{i}]"));
        string labels = !model.Metadata.Contains("Labels=", StringComparison.Ordinal) ? "" : $"""

                public override int TopK(ReadOnlySpan<{model.Element}> input, Span<LabelScore> destination) => {predictor}.Shared.TopK(input, destination);

                public override LabelScore Classify(ReadOnlySpan<{model.Element}> input) => {predictor}.Shared.Classify(input);

            """;
        return $$"""

            internal sealed class {{model.Name}}App : AppModel<{{model.Element}}>
            {
                private static readonly {{predictor}} s_threads = new(new PredictorOptions { Threads = 0 });

                public override string Name => "{{model.Name}}";

                public override IPredictor Predictor => {{predictor}}.Shared;

                public override void Predict(ReadOnlySpan<{{model.Element}}> input, {{model.Element}}[][] outputs) => {{predictor}}.Shared.Predict(input, {{outputs}});

                public override void PredictOnThreads(ReadOnlySpan<{{model.Element}}> input, {{model.Element}}[][] outputs) => s_threads.Predict(input, {{outputs}});

                public override void PredictInWorkspace(ReadOnlySpan<{{model.Element}}> input, {{model.Element}}[][] outputs)
                {
                    using {{predictor}}.Workspace workspace = {{predictor}}.Shared.CreateWorkspace();
                    {{predictor}}.Shared.Predict(input, {{outputs}}, workspace);
                    Array.ForEach(outputs, o => Array.Clear(o));
                    {{predictor}}.Shared.Predict(input, {{outputs}}, workspace);
                }

                public override void PredictBatch(int batch, ReadOnlySpan<{{model.Element}}> inputs, {{model.Element}}[][] outputs) => {{predictor}}.Shared.PredictBatch(batch, inputs, {{outputs}});
            {{labels}}}
            """;
    }
}
