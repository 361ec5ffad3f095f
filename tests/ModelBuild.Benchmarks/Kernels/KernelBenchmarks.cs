using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>The kernels one by one, by BenchmarkDotNet.</summary>
internal static class KernelBenchmarks
{
    /// <summary>Runs what the arguments choose; <c>--filter *Gemm*</c> and <c>--list flat</c> are BenchmarkDotNet's own.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        // In this process: what BenchmarkDotNet would build for another one does not pass this repository's analyzers.
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(15))
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params)
            .AddColumn(StatisticColumn.Median, StatisticColumn.Min, new WorkColumn())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Metrics)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.GitHub);
        string[] given = arguments.Length == 0 ? ["--filter", "*"] : [.. arguments];
        return BenchmarkSwitcher.FromTypes(Types).Run(given, config).Any(s => s.HasCriticalValidationErrors) ? 1 : 0;
    }

    private static Type[] Types { get; } = [typeof(GemmBenchmarks), typeof(GemmU8S8Benchmarks), typeof(SparseGemmBenchmarks), typeof(ConvBenchmarks), typeof(DepthwiseBenchmarks), typeof(FunctionBenchmarks), typeof(RowBenchmarks), typeof(ResizeBenchmarks)];
}
