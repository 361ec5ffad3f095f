using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

public sealed class PublicSurfaceTests
{
    public static TheoryData<string> Plans => ["Digits", "EveryType", "Hostile", "Sized", "Counted", "WithoutWeights"];

    [Theory]
    [MemberData(nameof(Plans))]
    public void Signature_plan_and_full_plan_have_the_same_public_surface(string name)
    {
        ExecutionPlan plan = name switch
        {
            "Digits" => SamplePlans.Digits,
            "EveryType" => SamplePlans.EveryType,
            "Hostile" => SamplePlans.Hostile,
            "Sized" => SamplePlans.Sized,
            "Counted" => SamplePlans.Counted,
            _ => SamplePlans.Digits with { Weights = PlanWeights.None },
        };
        string[] full = Surface(plan);
        Assert.Contains(full, static line => line.Contains("Predict(", StringComparison.Ordinal));
        Assert.Equal(full, Surface(SamplePlans.Signature(plan)));
        if (plan.Dims.Count == 0)
        {
            Assert.Equal(full, Surface(SamplePlans.OnnxRuntime(plan)));
        }
    }

    [Fact]
    public void A_model_without_weights_has_no_shared_instance()
    {
        string[] surface = Surface(SamplePlans.Digits with { Weights = PlanWeights.None });
        Assert.DoesNotContain(surface, static line => line.Contains(".Shared", StringComparison.Ordinal));
        Assert.DoesNotContain(surface, static line => line.EndsWith(".DigitsPredictor()", StringComparison.Ordinal));
        Assert.Contains(Surface(SamplePlans.Digits), static line => line.Contains(".Shared", StringComparison.Ordinal));
    }

    private static string[] Surface(ExecutionPlan plan)
    {
        CSharpCompilation compilation = PredictorCompilation.Of(GeneratorRun.Of(plan).Source);
        string name = plan.Namespace.Length == 0 ? plan.ClassName : plan.Namespace + "." + plan.ClassName;
        INamedTypeSymbol type = compilation.GetTypeByMetadataName(name)!;
        return [.. Describe(type).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Describe(INamedTypeSymbol type)
    {
        yield return type.DeclaredAccessibility + " " + type.ToDisplayString() + " : " + string.Join(", ", type.Interfaces.Select(static item => item.ToDisplayString()));
        foreach (ISymbol member in type.GetMembers().Where(static member => member.DeclaredAccessibility == Accessibility.Public))
        {
            if (member is INamedTypeSymbol nested)
            {
                foreach (string line in Describe(nested))
                {
                    yield return line;
                }
            }
            else
            {
                yield return member.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.WithMemberOptions(
                    SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeContainingType
                    | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
                    | SymbolDisplayMemberOptions.IncludeRef).WithParameterOptions(SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType));
            }
        }
    }
}
