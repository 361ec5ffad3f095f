using System.Text;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Documentation;

public sealed class OperatorsPageTests
{
    private const string UpdateVariable = "MODELBUILD_UPDATE_DOCS";

    [Fact]
    public void PageListsEveryOperator()
    {
        string path = RepositoryRoot.PathOf("docs", "operators.md");
        string expected = Page();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, expected);
        }

        string actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(expected == actual, $"docs/operators.md does not list Operators.All; run this test with {UpdateVariable}=1 and commit the page.");
    }

    private static string Page()
    {
        StringBuilder text = new();
        text.Append("# Operators\n\nGenerated from `Operators.All`. An operator that is not here is [MDB2001](diagnostics/MDB2001.md).\n");
        text.Append("The empty domain is standard ONNX, shown as `ai.onnx`; the domain `modelbuild` is made by the compiler and read from no file.\n\n");
        text.Append("Sequences and optionals are resolved while a model is read, where their lengths and the positions in them are constants or follow from known sizes; a Loop that hands on a sequence is then written out.\n");
        text.Append("The operators are ").Append(string.Join(", ", OnnxSequences.Operators.Order(StringComparer.Ordinal))).Append(". A sequence is no input or output of a model.\n\n");
        text.Append("| Domain | Operator |\n|---|---|\n");
        foreach (Op op in Operators.All.OrderBy(o => o.Domain, StringComparer.Ordinal).ThenBy(o => o.OpType, StringComparer.Ordinal))
        {
            text.Append("| `").Append(op.Domain.Length == 0 ? "ai.onnx" : op.Domain).Append("` | ").Append(op.OpType).Append(" |\n");
        }

        return text.ToString();
    }
}
