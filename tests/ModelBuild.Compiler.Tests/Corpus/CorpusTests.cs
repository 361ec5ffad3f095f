namespace ModelBuild.Compiler.Tests.Corpus;

/// <summary>Every ONNX model of the data, whatever it is made of, against ONNX Runtime, and a list of what becomes of each that is checked both ways.</summary>
public sealed class CorpusTests
{
    private const string UpdateVariable = "MODELBUILD_UPDATE_CORPUS";

    private const string Header = """
        # Real ONNX models: path, state, sizes of symbolic dimensions (tab separated).
        # Remake: MODELBUILD_UPDATE_CORPUS=1 dotnet test tests/ModelBuild.Compiler.Tests -c Release --filter FullyQualifiedName~Corpus
        # pass: as ONNX Runtime; MDBxxxx: refused with this code; referee: ONNX Runtime cannot run it.

        """;

    private static readonly string[] s_folders = ["mnist", "onnx", "onnx-ml"];

    private static string ManifestPath => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Corpus", "real-models.tsv");

    [RealModelFact]
    public void EveryRealModelIsInTheStateThatTheManifestLists()
    {
        string[] models = [.. s_folders.SelectMany(f => TestData.Files(f, ".onnx")).Select(m => m.Replace('\\', '/'))];
        Dictionary<string, string[]> listed = File.ReadLines(ManifestPath).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToDictionary(c => c[0], StringComparer.Ordinal);
        CorpusResult[] results = [.. models.AsParallel().AsOrdered().Select(m => CorpusRun.Of(m, Column(listed, m, 2)))];
        string[] faults = [.. results.Where(r => r.State == CorpusResult.Fault).Select(r => $"{r.Model}: {r.Reason}")];
        Assert.True(faults.Length == 0, $"{faults.Length} faults\n{string.Join("\n", faults)}");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(ManifestPath, Header.ReplaceLineEndings("\n") + string.Concat(results.Select(r => $"{r.Model}\t{r.State}\t{Column(listed, r.Model, 2)}".TrimEnd() + "\n")));
            return;
        }

        string[] differences =
        [
            .. results.Where(r => Column(listed, r.Model, 1) != r.State).Select(r => $"{r.Model}: listed as '{Column(listed, r.Model, 1)}', is '{r.State}' {r.Reason}"),
            .. listed.Keys.Except(models, StringComparer.Ordinal).Select(m => $"{m}: listed, but not in the data"),
        ];
        Assert.True(differences.Length == 0, $"{differences.Length} differences; run this test with {UpdateVariable}=1 and read the manifest's changes.\n{string.Join("\n", differences)}");
    }

    private static string Column(Dictionary<string, string[]> listed, string model, int column) =>
        listed.TryGetValue(model, out string[]? columns) && columns.Length > column ? columns[column] : "";
}
