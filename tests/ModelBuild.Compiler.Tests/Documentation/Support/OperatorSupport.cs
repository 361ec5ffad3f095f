using ModelBuild.Compiler.Tests.Documentation.Schemas;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>What becomes of an operator, found by compiling small models of it: every version, and the newest one with every element type.</summary>
/// <param name="Domain">Empty for ai.onnx.</param>
/// <param name="OpType">Operator name.</param>
/// <param name="Versions">Versions that compile, and those that the specification has and that do not, with the reason.</param>
/// <param name="Types">Element types by type variable: those that compile, and those that the specification has and that do not.</param>
/// <param name="Faults">What went wrong in another way than with a code, and wrong values.</param>
internal sealed record OperatorSupport(
    string Domain,
    string OpType,
    IReadOnlyList<(int Version, string? Refusal)> Versions,
    IReadOnlyDictionary<string, (IReadOnlyList<string> Compiled, IReadOnlyList<string> Refused)> Types,
    IReadOnlyList<string> Faults)
{
    /// <summary>True when at least one version compiles.</summary>
    public bool IsSupported => Versions.Any(v => v.Refusal is null);

    /// <summary>Tries an operator.</summary>
    /// <param name="versions">Rising versions of the operator; those that the domain has taken out are left away.</param>
    public static OperatorSupport Find(IReadOnlyList<OnnxSchema> versions)
    {
        OnnxSchema newest = versions[^1];
        ProbeRuns runs = new();
        List<(int, string?)> accepted = [.. versions.Select(v => (v.Version, runs.Refusal(v, newest)))];
        Dictionary<string, (IReadOnlyList<string>, IReadOnlyList<string>)> types = new(StringComparer.Ordinal);
        OperatorProbe? probe = OperatorProbe.Find(newest.Domain, newest.Name, newest.Version);
        foreach (string variable in newest.Types.Keys.Where(v => IsUsed(v, newest, probe)))
        {
            ILookup<bool, string> tried = newest.Types[variable].ToLookup(t => runs.Compiles(newest, variable, t));
            types.Add(variable, ([.. tried[true]], [.. tried[false]]));
        }

        return new OperatorSupport(newest.Domain, newest.Name, accepted, types, runs.Faults);
    }

    private static bool IsUsed(string variable, OnnxSchema schema, OperatorProbe? probe) =>
        schema.Inputs.Where((p, i) => p.Type == variable && (p.Kind != SchemaPortKind.Optional || (i < probe?.Operands.Count && probe.Operands[i] is not null))).Any()
        || probe?.Attributes.Values.Any(a => a.Contains("$" + variable, StringComparison.Ordinal)) == true
        || probe?.Operands.Any(o => o?.Type == variable) == true;
}
