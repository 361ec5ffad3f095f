using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Products with blocks of 1 x 16 weights left out, beside the dense product; the multiply-accumulates of both are those of the dense one.</summary>
public class SparseGemmBenchmarks : IWork
{
    private float[] _x = [];
    private float[] _w = [];
    private float[] _values = [];
    private int[] _rows = [];
    private int[] _ends = [];
    private float[] _y = [];

    [ParamsSource(nameof(Shapes))]
    public Product Shape { get; set; } = new(1, 1, 1);

    /// <summary>Part of the blocks that are left out.</summary>
    [Params(0.3, 0.5, 0.7, 0.9)]
    public double Sparsity { get; set; }

    public static IEnumerable<Product> Shapes => [new(1, 1024, 1024), new(196, 256, 1152)];

    double IWork.Amount => (double)Shape.Rows * Shape.Columns * Shape.Depth;

    string IWork.Unit => "GMAC/s";

    [GlobalSetup]
    public void Setup()
    {
        float[] w = Drawn.Floats(Shape.Columns * Shape.Depth);
        Random random = new(1);
        for (int start = 0; start < w.Length; start += SparsePacking.Width)
        {
            if (random.NextDouble() < Sparsity)
            {
                w.AsSpan(start, SparsePacking.Width).Clear();
            }
        }

        int count = SparsePacking.Count(w, Shape.Columns, Shape.Depth);
        _values = new float[count * SparsePacking.Width];
        _rows = new int[count];
        _ends = new int[SparsePacking.Panels(Shape.Columns)];
        SparsePacking.Pack(w, _values, _rows, _ends, Shape.Columns, Shape.Depth);
        _x = Drawn.Floats(Shape.Rows * Shape.Depth);
        _w = Drawn.Floats(GemmPacking.PackedLength(Shape.Columns, Shape.Depth));
        _y = new float[Shape.Rows * Shape.Columns];
    }

    [Benchmark]
    public void Sparse() => SparseGemm.F32(_x, _values, _rows, _ends, default, default, _y, Shape.Rows, Shape.Columns, Shape.Depth, Activation.Relu, 0, 0);

    [Benchmark]
    public void Dense() => Gemm.F32(_x, _w, default, default, _y, Shape.Rows, Shape.Columns, Shape.Depth, Activation.Relu, 0, 0, true);
}
