using System.Globalization;
using System.Text;
using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Documentation.Schemas;
using ModelBuild.Compiler.Tests.Documentation.Support;

namespace ModelBuild.Compiler.Tests.Documentation;

public sealed class OperatorsPageTests
{
    private const string UpdateVariable = "MODELBUILD_UPDATE_DOCS";

    private const string Introduction = """
        # Operators

        Made by compiling a small model of each operator, in the form of each of its versions in the specification, and of the newest with each element type that the specification allows; what compiles computes
        what the operator's reference evaluation does.

        - **Versions** are opsets that changed the operator; those between them are read as well. An operator without versions is in no specification that has them.
        - **Element types** are named by the type variables of the specification where there are several. **Not for** lists those that it allows and that are refused ([MDB3003](diagnostics/MDB3003.md), mostly).
        - Sizes are fixed when a model is built: inputs that give sizes, such as `shape` or `axes`, are constants or computed from shapes; those of the operators that
          [count](run-time-sizes.md#sizes-that-depend-on-values) may be values of a call.


        """;

    [Fact]
    public void PageTellsWhatIsSupported()
    {
        string path = RepositoryRoot.PathOf("docs", "operators.md");
        string expected = Page();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, expected);
        }

        string actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(expected == actual, $"docs/operators.md is not what compiles; run this test with {UpdateVariable}=1 and commit the page.");
    }

    private static string Page()
    {
        ILookup<bool, OperatorSupport> operators = SupportTable.All.ToLookup(o => o.IsSupported);
        StringBuilder text = new(Introduction.ReplaceLineEndings("\n"));
        text.Append("Words for several element types: ").Append(ElementNames.Legend).Append(". An operator without any takes the one type that it is defined for.\n");
        foreach (IGrouping<string, OperatorSupport> domain in operators[true].GroupBy(o => o.Domain))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {NameOf(domain.Key)}\n\n| Operator | Versions | Element types | Not for | Limits |\n|---|---|---|---|---|\n");
            foreach (OperatorSupport support in domain)
            {
                text.Append(Row(support));
            }
        }

        text.Append("\n## Sequences and optionals\n\nResolved while a model is read, where their lengths and the positions in them are constants or follow from known sizes; a Loop that hands on a sequence is then written out.\nThe operators are ")
            .AppendJoin(", ", OnnxSequences.Operators.Order(StringComparer.Ordinal)).Append(".\nOf a sequence that is an input or output, each element is one: `Lengths` on the item says how many there are in an input.\n");
        text.Append("\n## Maps\n\nInputs that are maps become rows with one value for each key that the model knows (ai.onnx.ml, version 1). The operators that read them are ")
            .AppendJoin(", ", OnnxMaps.Operators.Order(StringComparer.Ordinal)).Append("; CastMap makes no strings of numbers.\n");
        text.Append("\n## Not supported\n\nOperators of the specification that are [MDB2001](diagnostics/MDB2001.md).\n\n");
        foreach (IGrouping<string, OperatorSupport> domain in operators[false].GroupBy(o => o.Domain))
        {
            text.Append("- ").Append(NameOf(domain.Key)).Append(": ").AppendJoin(", ", domain.Select(o => o.OpType)).Append(".\n");
        }

        text.Append("\n## modelbuild\n\nOperators that the compiler makes and no file may hold: ")
            .AppendJoin(", ", Operators.All.Where(o => o.Domain == InternalDomain.Name).Select(o => o.OpType).Order(StringComparer.Ordinal)).Append(".\n");
        return text.ToString();
    }

    private static string NameOf(string domain) => domain.Length == 0 ? "ai.onnx" : domain;

    private static string Row(OperatorSupport support)
    {
        bool isSpecified = support.Versions.Count > 0 && SchemaTable.All.Any(s => s.Domain == support.Domain && s.Name == support.OpType);
        string versions = isSpecified ? string.Join(", ", support.Versions.Where(v => v.Refusal is null).Select(v => v.Version)) : "";
        string[] refused = [.. support.Versions.Where(v => v.Refusal is not null).Select(v => $"Version {v.Version} is refused.")];
        bool one = support.Types.Count == 1;
        string compiled = string.Join("; ", support.Types.Select(t => (one ? "" : $"{t.Key}: ") + ElementNames.List(t.Value.Compiled)));
        string not = !isSpecified ? "" : string.Join("; ", support.Types.Where(t => t.Value.Refused.Count > 0).Select(t => (one ? "" : $"{t.Key}: ") + ElementNames.List(t.Value.Refused)));
        string limits = string.Join(' ', refused.Append(Operators.Set.Find(support.Domain, support.OpType)?.Limits).OfType<string>());
        return $"| {support.OpType} | {versions} | {compiled} | {not} | {limits} |\n";
    }
}
