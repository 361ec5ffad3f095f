using ModelBuild.Compiler.Tests.Conformance.Light;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>The ONNX backend tests as referee of the operators.</summary>
public sealed class BackendTests
{
    private const string UpdateVariable = "MODELBUILD_UPDATE_CONFORMANCE";
    private const int Shown = 60;

    private static readonly Lazy<BackendResult[]> s_results = new(RunAll);

    /// <summary>What became of every test; computed once.</summary>
    internal static BackendResult[] Results => s_results.Value;

    [RealModelFact]
    public void NoTestGivesAWrongValueOrAnUnexpectedException()
    {
        string[] faults = [.. s_results.Value.Where(r => r.Fault is not null).Select(r => $"{r.Name}: {r.Fault}")];
        Assert.True(faults.Length == 0, $"{faults.Length} faults{Environment.NewLine}{string.Join(Environment.NewLine, faults.Take(Shown))}");
    }

    [RealModelFact]
    public void EveryTestIsInTheStateThatTheManifestLists()
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            BackendManifest.Write(s_results.Value);
        }

        Dictionary<string, string> listed = BackendManifest.Read();
        List<string> differences = [];
        foreach (BackendResult result in s_results.Value)
        {
            string? expected = listed.Remove(result.Name, out string? state) ? state : null;
            if (expected != result.State)
            {
                differences.Add($"{result.Name}: listed as '{expected ?? "absent"}', is '{result.State}' {result.Reason}{result.Fault}");
            }
        }

        differences.AddRange(listed.Keys.Select(name => $"{name}: listed, but not in the archive"));
        Assert.True(differences.Count == 0, $"{differences.Count} differences; run this test with {UpdateVariable}=1 and read the manifest's changes.{Environment.NewLine}{string.Join(Environment.NewLine, differences.Take(Shown))}");
    }

    private static BackendResult[] RunAll()
    {
        IReadOnlyList<BackendCase> cases = BackendArchive.Read(TestData.PathOf(BackendArchive.RelativePath));
        BackendResult[] results = new BackendResult[cases.Count];
        int[] small = [.. Enumerable.Range(0, cases.Count).Where(i => !LightModels.Contains(cases[i].Name))];
        Parallel.ForEach(small, i => results[i] = BackendRunner.Run(cases[i]));

        // One at a time, for the sake of memory.
        foreach (int i in Enumerable.Range(0, cases.Count).Except(small))
        {
            results[i] = BackendRunner.Run(cases[i]);
        }

        return results;
    }
}
