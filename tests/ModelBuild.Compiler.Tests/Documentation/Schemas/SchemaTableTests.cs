using ModelBuild.Compiler.Import.Onnx;

namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

public sealed class SchemaTableTests
{
    private const string DocsVariable = "MODELBUILD_ONNX_DOCS";

    /// <summary>Where the specification is at hand, the table is made from it.</summary>
    [Fact]
    public void TableHoldsTheNewestOpsetThatIsRead()
    {
        if (Environment.GetEnvironmentVariable(DocsVariable) is { Length: > 0 } docs)
        {
            string[] files = ["Changelog.md", "Changelog-ml.md"];
            File.WriteAllText(SchemaTable.FilePath, SchemaTable.Write(files.SelectMany(f => SchemaParser.Parse(File.ReadLines(Path.Combine(docs, f))))));
        }

        Assert.Equal(OnnxReader.MaxOpset, SchemaTable.All.Where(s => s.Domain.Length == 0).Max(s => s.Version));
    }

    [Fact]
    public void TableReadsAsItIsWritten() => Assert.Equal(File.ReadAllText(SchemaTable.FilePath).ReplaceLineEndings("\n"), SchemaTable.Write(SchemaTable.All));

    [Fact]
    public void SpecificationIsParsed()
    {
        string[] text =
        [
            "# ai.onnx (default)",
            "## Version 9 of the default ONNX operator set",
            """### <a name="Old-9"></a>**Old-9** (deprecated)</a>""",
            """### <a name="some.domain.Pick-2"></a>**some.domain.Pick-2**</a>""",
            "#### Attributes",
            "<dt><tt>axes</tt> : list of ints (default is ['0'])</dt>",
            "#### Inputs (1 - &#8734;)",
            "<dt><tt>x</tt> (differentiable) : T</dt>",
            "<dt><tt>rest</tt> (variadic, heterogeneous) : tensor(int64)</dt>",
            "#### Outputs",
            "<dt><tt>y</tt> (optional, non-differentiable) : T</dt>",
            "#### Type Constraints",
            "<dt><tt>T</tt> : tensor(float), tensor(bool), seq(tensor(float)), seq(tensor(bool))</dt>",
        ];
        string table = SchemaTable.Write(SchemaParser.Parse(text));
        Assert.EndsWith("\n\tOld\t9-\nsome.domain\tPick\t2\tx:T rest:int64*\ty:T?\taxes:ints\tT:float,bool,seq\n", table, StringComparison.Ordinal);
    }
}
