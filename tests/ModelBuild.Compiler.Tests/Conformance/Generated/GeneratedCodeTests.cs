namespace ModelBuild.Compiler.Tests.Conformance.Generated;

/// <summary>The C# that users get, of every backend test that compiles: it is generated, compiled, run, and gives the interpreter's bits, which the stored outputs were compared with.</summary>
public sealed class GeneratedCodeTests
{
    private const int Shown = 40;

    [RealModelFact]
    public void EveryTestThatCompilesComputesTheSameAsGeneratedCode()
    {
        (string Name, BackendPlan Plan)[] tests = [.. BackendTests.Results.Where(r => r.Compiled is not null).Select(r => (r.Name, r.Compiled!))];
        GeneratedPredictors predictors = new([.. tests.Select(t => t.Plan.Model)]);
        string[] faults = [.. Enumerable.Range(0, tests.Length).AsParallel().AsOrdered().Select(i => Fault(predictors, i, tests[i].Plan) is { } fault ? $"{tests[i].Name}: {fault}" : null).OfType<string>()];
        Assert.True(faults.Length == 0, $"{faults.Length} of {tests.Length} faults\n{string.Join("\n", faults.Take(Shown))}");
    }

    private static string? Fault(GeneratedPredictors predictors, int index, BackendPlan test)
    {
        try
        {
            byte[][] results = predictors.Run(index, test.Model, test.Inputs, test.Outputs);
            int different = Array.FindIndex([.. results.Select((r, i) => r.AsSpan().SequenceEqual(test.Outputs[i].Bytes))], same => !same);
            return different < 0 ? null : $"output {different} has other bits";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message.Split('\n')[0]}";
        }
    }
}
