using System.Globalization;
using System.Text.RegularExpressions;
using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Tests.Documentation.Schemas;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>The support of every operator: those of the specification, and those of other sources that the compiler knows.</summary>
internal static partial class SupportTable
{
    private static readonly Lazy<IReadOnlyList<OperatorSupport>> s_all = new(Make);

    /// <summary>By domain and name; without the domain of the compiler's own operators, and without operators on sequences, optionals and maps, which never reach it.</summary>
    public static IReadOnlyList<OperatorSupport> All => s_all.Value;

    [GeneratedRegex("^-?\\d+$")]
    private static partial Regex Integer();

    private static OperatorSupport[] Make()
    {
        Dictionary<(string, string), OnnxSchema[]> specified = SchemaTable.All
            .Where(s => !(s.Domain.Length == 0 && OnnxSequences.Operators.Contains(s.Name)) && !(s.Domain == MachineLearningOp.DomainName && OnnxMaps.Operators.Contains(s.Name)))
            .GroupBy(s => (s.Domain, s.Name)).ToDictionary(g => g.Key, g => g.Where(s => !s.IsDeprecated).ToArray());
        foreach (Op op in Operators.All.Where(o => o.Domain != InternalDomain.Name && !specified.ContainsKey((o.Domain, o.OpType))))
        {
            specified.Add((op.Domain, op.OpType), [Unspecified(op)]);
        }

        return [.. specified.OrderBy(s => s.Key.Item1, StringComparer.Ordinal).ThenBy(s => s.Key.Item2, StringComparer.Ordinal).AsParallel().AsOrdered().Select(s => OperatorSupport.Find(s.Value))];
    }

    // What a specification would say, as far as the probe tells it: its variables may stand for every type.
    private static OnnxSchema Unspecified(Op op)
    {
        OperatorProbe probe = OperatorProbe.Find(op.Domain, op.OpType, 1) ?? throw new InvalidOperationException($"{op.Domain}.{op.OpType} is in no specification and has no probe.");
        SchemaPort[] inputs = [.. probe.Operands.Select((o, i) => new SchemaPort($"input{i}", o is null ? "float" : o.Type, o is null ? SchemaPortKind.Optional : SchemaPortKind.Single))];
        IEnumerable<string> variables = inputs.Select(i => i.Type).Where(t => ElementNames.Find(t) == DType.Undefined).Distinct();
        return new OnnxSchema(
            op.Domain,
            op.OpType,
            1,
            false,
            inputs,
            [],
            probe.Attributes.ToDictionary(a => a.Key, a => KindOf(a.Value), StringComparer.Ordinal),
            variables.ToDictionary(v => v, _ => (IReadOnlyList<string>)[.. ElementNames.Numbers], StringComparer.Ordinal));
    }

    private static string KindOf(string text)
    {
        string[] values = text.Split(',');
        string kind = values.All(Integer().IsMatch) ? "int" : values.All(v => float.TryParse(v, CultureInfo.InvariantCulture, out _)) ? "float" : "string";
        return values.Length > 1 ? kind + "s" : kind;
    }
}
