using ModelBuild.Benchmarks;
using ModelBuild.Compiler.Diagnostics;

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"{error.Message}\n\n{BenchmarkOptions.Usage}");
    return 2;
}

int failures = 0;
MarkdownTable.WriteHead(Console.Out);
foreach (string model in options.Models)
{
    try
    {
        MarkdownTable.WriteRow(Console.Out, Benchmark.Run(model, options));
    }
    catch (Exception error) when (error is ModelBuildException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
    {
        failures++;
        MarkdownTable.WriteFailure(Console.Out, model, error.Message);
    }
}

foreach (int rows in options.HasTrees ? TreeBenchmark.Batches : [])
{
    MarkdownTable.WriteRow(Console.Out, TreeBenchmark.Run(rows, options));
}

return failures == 0 ? 0 : 1;
