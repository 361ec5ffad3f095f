using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelBuild.Generator.Emission;
using ModelBuild.Plan;

namespace ModelBuild.Generator;

/// <summary>Turns every plan among the additional files into a predictor class.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PredictorGenerator : IIncrementalGenerator
{
    private const string EnabledProperty = "build_property.ModelBuildEnabled";
    private const string PlanMetadata = "build_metadata.AdditionalFiles.ModelBuildPlan";
    private const string VerificationMetadata = "build_metadata.AdditionalFiles.ModelBuildVerification";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<PlanFile> files = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, cancellation) => ReadFile(pair.Left, pair.Right, cancellation))
            .Where(static file => file is not null)
            .Select(static (file, _) => file!)
            .WithTrackingName(TrackingNames.Files);

        IncrementalValueProvider<ImmutableArray<PlanFile>> verifications = files.Where(static file => file.IsVerification).Collect();
        IncrementalValuesProvider<PredictorSource> predictors = files
            .Where(static file => !file.IsVerification)
            .Combine(verifications)
            .Select(static (pair, _) => new PredictorInput(pair.Left, FindVerification(pair.Left, pair.Right)))
            .WithTrackingName(TrackingNames.Inputs)
            .Select(static (input, cancellation) => Generate(input, cancellation))
            .WithTrackingName(TrackingNames.Predictors);

        IncrementalValueProvider<PlanList<string>> duplicates = predictors
            .Select(static (source, _) => source.FullName)
            .Collect()
            .Select(static (names, _) => new PlanList<string>(names.GroupBy(static name => name, StringComparer.Ordinal).Where(static group => group.Count() > 1).Select(static group => group.Key)))
            .WithTrackingName(TrackingNames.ClassNames);

        context.RegisterSourceOutput(predictors.Combine(duplicates), static (output, pair) => Output(output, pair.Left, pair.Right));
    }

    private static PlanFile? ReadFile(AdditionalText text, AnalyzerConfigOptionsProvider options, CancellationToken cancellation)
    {
        if (!IsTrue(options.GlobalOptions, EnabledProperty))
        {
            return null;
        }

        AnalyzerConfigOptions metadata = options.GetOptions(text);
        bool isVerification = IsTrue(metadata, VerificationMetadata);
        return isVerification || IsTrue(metadata, PlanMetadata)
            ? new PlanFile(text.Path, isVerification, text.GetText(cancellation)?.ToString() ?? "")
            : null;
    }

    private static bool IsTrue(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out string? value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static PlanFile? FindVerification(PlanFile plan, ImmutableArray<PlanFile> verifications)
    {
        string folder = Folder(plan.Path);
        return verifications.FirstOrDefault(file => string.Equals(Folder(file.Path), folder, StringComparison.Ordinal));
    }

    private static string Folder(string path) => path.Substring(0, path.LastIndexOfAny(['/', '\\']) + 1);

    // A generator that throws leaves the build green, so every failure becomes an error diagnostic.
    private static PredictorSource Generate(PredictorInput input, CancellationToken cancellation)
    {
        var failures = new List<PredictorFailure>();
        string path = input.Plan.Path;
        try
        {
            PlanVerification? verification = ReadVerification(input.Verification, failures);
            ExecutionPlan plan = PlanReader.Read(input.Plan.Text);
            string fullName = plan.Namespace.Length == 0 ? plan.ClassName : plan.Namespace + "." + plan.ClassName;
            string text = PredictorEmitter.Emit(plan, verification, cancellation);
            return new PredictorSource(path, fullName, text, new PlanList<PredictorFailure>(failures));
        }
        catch (PlanFormatException exception)
        {
            failures.Add(new PredictorFailure(GeneratorDiagnostics.MalformedPlan, path, exception.Line, exception.Message));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            failures.Add(new PredictorFailure(GeneratorDiagnostics.InternalError, path, 1, exception.GetType().Name + ": " + exception.Message));
        }

        return new PredictorSource(path, "", "", new PlanList<PredictorFailure>(failures));
    }

    private static PlanVerification? ReadVerification(PlanFile? file, List<PredictorFailure> failures)
    {
        try
        {
            return file is null ? null : PlanVerificationText.Read(file.Text);
        }
        catch (PlanFormatException exception)
        {
            failures.Add(new PredictorFailure(GeneratorDiagnostics.MalformedPlan, file!.Path, exception.Line, exception.Message));
            return null;
        }
    }

    private static void Output(SourceProductionContext context, PredictorSource source, PlanList<string> duplicates)
    {
        foreach (PredictorFailure failure in source.Failures)
        {
            context.ReportDiagnostic(Diagnostic.Create(failure.Descriptor, LocationOf(failure.Path, failure.Line), failure.Message));
        }

        if (source.Text.Length == 0)
        {
            return;
        }

        if (duplicates.Contains(source.FullName))
        {
            context.ReportDiagnostic(Diagnostic.Create(GeneratorDiagnostics.DuplicateClass, LocationOf(source.Path, 1), source.FullName));
            return;
        }

        context.AddSource(HintNames.Of(source.FullName), SourceText.From(source.Text, Encoding.UTF8));
    }

    private static Location LocationOf(string path, int line)
    {
        var position = new LinePosition(line - 1, 0);
        return Location.Create(path, default, new LinePositionSpan(position, position));
    }
}
