using System.Globalization;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Products that leave zeros out beside the dense product, measured in turns: what the compiler's choice between them is fitted to.</summary>
internal static class SparseBenchmark
{
    private const string Usage = """
        Measures products that leave zeros out beside the dense product.

        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- sparse [FILE]
          FILE                  write the table to a file too
        """;

    private const double Seconds = 0.15;
    private const int Repeats = 3;

    private static readonly Product[] s_shapes =
    [
        new(1, 1024, 1024), new(1, 256, 256), new(2, 1024, 1024), new(4, 1024, 1024), new(8, 1024, 1024), new(16, 512, 512), new(49, 512, 512), new(196, 256, 1152), new(196, 96, 576), new(196, 576, 96), new(784, 32, 192), new(784, 192, 32),
    ];

    private static readonly double[] s_zeros = [0.5, 0.7, 0.8, 0.9];

    /// <summary>Prints the table.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length > 1 || (arguments.Length == 1 && arguments[0].StartsWith('-')))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        using TableWriter output = new(arguments.Length == 0 ? null : arguments[0]);
        output.WriteLine($"Made by `{CommandLine.Of(["sparse", .. arguments])}`.");
        output.WriteLine();
        output.WriteLine("| Rows x columns x depth | Zeros | Dense, us | Blocks | 2:4 | Unstructured |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (Product shape in s_shapes)
        {
            using Aligned<float> x = new(Drawn.Floats(shape.Rows * shape.Depth));
            using Aligned<float> y = new(shape.Rows * shape.Columns);
            using Aligned<float> dense = new(Drawn.Floats(GemmPacking.PackedLength(shape.Columns, shape.Depth)));
            foreach (double zeros in s_zeros)
            {
                using SparseSides sides = new(shape, zeros, x, y);
                Action[] all = [() => Gemm.F32(x.Span, dense.Span, default, default, y.Span, shape.Rows, shape.Columns, shape.Depth, Activation.Relu, 0, 0, true), .. sides.All.OfType<Action>()];
                Timing[][] times = [.. Enumerable.Range(0, Repeats).Select(_ => Timing.Interleaved(all, Seconds))];
                IEnumerable<string> ratios = sides.All.Select(side => side is null ? "" : Ratio(times, Array.IndexOf(all, side)));
                double microseconds = Median([.. times.Select(t => t[0].Minimum)]);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {shape} | {zeros:P0} | {microseconds:F1} | {string.Join(" | ", ratios)} |"));
            }
        }

        return 0;
    }

    private static string Ratio(Timing[][] times, int side) => Median([.. times.Select(t => t[0].Minimum / t[side].Minimum)]).ToString("F2", CultureInfo.InvariantCulture);

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
