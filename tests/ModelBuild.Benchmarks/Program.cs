using System.Diagnostics;
using ModelBuild.Benchmarks;
using ModelBuild.Benchmarks.Cost;
using ModelBuild.Benchmarks.Kernels;
using ModelBuild.Benchmarks.Start;
using ModelBuild.Benchmarks.Trees;
using ModelBuild.Compiler.Diagnostics;

switch (args)
{
    case ["start", .. string[] rest]:
        return StartBenchmark.Run(rest);
    case ["cost", .. string[] rest]:
        return CostBenchmark.Run(rest);
    case ["sparse", .. string[] rest]:
        return SparseBenchmark.Run(rest);
    case ["kernels", .. string[] rest]:
        return KernelBenchmarks.Run(rest);
}

BenchmarkOptions options;
IReadOnlyList<BenchmarkCase> cases;
try
{
    options = BenchmarkOptions.Parse(args);
    cases = BenchmarkCase.Of(options);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"{error.Message}\n\n{BenchmarkOptions.Usage}");
    return 2;
}

if (options.Processor is { } processor && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
{
    using Process self = Process.GetCurrentProcess();
    self.ProcessorAffinity = 1 << processor;
}

int failures = 0;
using (TableWriter output = new(options.Output))
{
    MarkdownTable table = new(output, ProcessorPeak.Measure(), options.Threads);
    table.WriteHead(ModelBuild.Benchmarks.CommandLine.Of(args));
    foreach (BenchmarkCase measured in cases)
    {
        try
        {
            table.WriteRow(Benchmark.Run(measured, options));
        }
        catch (ModelBuildException error)
        {
            failures++;
            table.WriteFailure(measured, error.Message);
        }
        catch (NotSupportedException error)
        {
            table.WriteFailure(measured, error.Message);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException error)
        {
            table.WriteFailure(measured, $"ONNX Runtime: {error.Message}");
        }
    }

    foreach ((TreeEnsemble ensemble, int rows) in options.HasTrees ? TreeBenchmark.All : [])
    {
        table.WriteRow(TreeBenchmark.Run(ensemble, rows, options));
    }

    table.Close();
    table.WriteThreads();
    table.WriteFailures();
}

return failures == 0 ? 0 : 1;
