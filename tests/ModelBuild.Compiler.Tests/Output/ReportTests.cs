using System.Text.Json;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Tests.Pruning;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Output;

public sealed class ReportTests
{
    [Fact]
    public void Layers_tell_what_pruning_removed()
    {
        PruningNetwork net = new();
        Graph source = net.Classify(net.Conv("a|b", net.Input(1, 3, 5, 5), 3, 8), 8);
        Graph last = GraphClone.Clone(source);
        new ChannelPruning().Apply(last, "0.25", PruningContext.WithoutData(NodeFilter.None), default);

        IReadOnlyList<LayerChange> layers = LayerChange.Find(source, last);

        Assert.Equal([new LayerChange("a|b", "Conv", 8, 6, DType.F32, 0), new LayerChange("last", "Gemm", 3, 3, DType.F32, 0)], layers);
    }

    [Fact]
    public void Every_form_says_what_was_measured_and_done()
    {
        Report report = Sample();
        string markdown = ReportWriter.Markdown(report);
        string html = HtmlReport.Render("T", markdown);
        using JsonDocument json = JsonDocument.Parse(ReportWriter.Json(report));

        Assert.Contains("source 99.70 %, deployed 99.20 %, drop 0.50 points", markdown, StringComparison.Ordinal);
        Assert.Contains("| a\\|b | Conv | 8 | 6 | I8 | 25.0 % |", markdown, StringComparison.Ordinal);
        Assert.Contains("<tr><td>a|b</td><td>Conv</td><td class=\"n\">8</td><td class=\"n\">6</td><td>I8</td><td class=\"n\">25.0 %</td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<code>abc123</code>", html, StringComparison.Ordinal);
        Assert.Equal(6, json.RootElement.GetProperty("layers")[0].GetProperty("filtersAfter").GetInt64());
        Assert.Equal(0.992, json.RootElement.GetProperty("verification").GetProperty("deployedTop1").GetDouble());
        Assert.Equal("abc123", json.RootElement.GetProperty("sourceSha256").GetString());
    }

    [Fact]
    public void The_page_needs_no_other_file_and_runs_nothing_that_a_model_says()
    {
        string html = HtmlReport.Render("<script>", "# x\n\n| <script>alert(1)</script> |\n|--|\n| <img src=x> |\n");

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
    }

    private static Report Sample() => new(
        new ExecutionPlan { ClassName = "T", SourceFile = "t.h5", SourceHash = "abc123", SourceWeightsBytes = 4096, WeightsBytes = 1024, Compression = "pruned channel:0.25" },
        new CompileOptions { ModelPath = "t.h5", ClassName = "T", Namespace = "" },
        new VerificationResult(4, "seeded", Tolerance.Exact, [], 0.997, 0.992, 1000, 0.99),
        2048,
        [new LayerChange("a|b", "Conv", 8, 6, DType.I8, 0.25)]);
}
