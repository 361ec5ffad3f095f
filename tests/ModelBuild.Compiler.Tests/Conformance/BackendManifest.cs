namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>The committed list of what becomes of every backend test, one line each: name, reference state, plan state, reason.</summary>
internal static class BackendManifest
{
    private const string Header = """
        # ONNX backend tests: test, reference evaluation, compiled plan, reason of a refusal (tab separated).
        # Remake: MODELBUILD_UPDATE_CONFORMANCE=1 dotnet test tests/ModelBuild.Compiler.Tests -c Release --filter FullyQualifiedName~Conformance
        # pass: the stored outputs came out; constants: they did once every input but the first was a constant (where there are sequences, every tensor beside them); differs: the stored outputs contradict the specification; MDBxxxx: refused with this code;
        # none: networks of up to 20 G multiplications, which take the reference minutes.

        """;

    /// <summary>Full path in the repository.</summary>
    public static string Path => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Conformance", "onnx-backend-tests.tsv");

    /// <summary>The listed states by test.</summary>
    public static Dictionary<string, string> Read() => File.ReadLines(Path)
        .Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => l.Split(BackendResult.Separator))
        .ToDictionary(c => c[0], c => $"{c[1]}{BackendResult.Separator}{c[2]}", StringComparer.Ordinal);

    /// <summary>Writes the list anew. Faults are left out: they are mended, not listed.</summary>
    public static void Write(IEnumerable<BackendResult> results) =>
        File.WriteAllText(Path, Header.ReplaceLineEndings("\n") + string.Concat(results.Where(r => r.Fault is null).Select(r => r.Line + "\n")));
}
