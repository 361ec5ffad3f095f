using System.Globalization;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>A small node of an operator: sizes of its inputs and the attributes that it needs.</summary>
/// <param name="UpTo">Newest version of the operator that it is for.</param>
/// <param name="Operands">In order; null for omitted ones.</param>
/// <param name="Attributes">Texts by name; <c>$T</c> is the number of the element type that the variable stands for.</param>
internal sealed record OperatorProbe(int UpTo, IReadOnlyList<ProbeOperand?> Operands, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly Lazy<ILookup<string, OperatorProbe>> s_all = new(() => File.ReadLines(FilePath).Where(l => l.Length > 0 && l[0] != '#').Select(Parse).ToLookup(p => p.Operator, p => p.Probe, StringComparer.Ordinal));

    private static string FilePath => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Documentation", "Support", "operator-probes.txt");

    /// <summary>Names of all operators that have a probe, with their domains.</summary>
    public static IEnumerable<string> Operators => s_all.Value.Select(p => p.Key);

    /// <summary>The probe of an operator for one of its versions; null where the specification tells enough.</summary>
    public static OperatorProbe? Find(string domain, string opType, int version) =>
        s_all.Value[domain.Length == 0 ? opType : $"{domain}.{opType}"].Where(p => p.UpTo >= version).MinBy(p => p.UpTo);

    private static (string Operator, OperatorProbe Probe) Parse(string line)
    {
        string[] parts = [.. line.Split('|', StringSplitOptions.TrimEntries), "", ""];
        string[] name = parts[0].Split('@');
        Dictionary<string, string> attributes = parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1], StringComparer.Ordinal);
        int upTo = name.Length > 1 ? int.Parse(name[1], CultureInfo.InvariantCulture) : int.MaxValue;
        return (name[0], new OperatorProbe(upTo, [.. parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ProbeOperand.Parse)], attributes));
    }
}
