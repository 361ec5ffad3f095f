using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Matrix products in binary32.</summary>
public class GemmBenchmarks : IWork
{
    private float[] _x = [];
    private float[] _w = [];
    private float[] _bias = [];
    private float[] _y = [];

    [ParamsSource(nameof(Shapes))]
    public Product Shape { get; set; } = new(1, 1, 1);

    public static IEnumerable<Product> Shapes => [new(1, 1024, 1024), new(16, 256, 256), new(196, 256, 1152), new(3136, 64, 576), new(49, 512, 4608), new(512, 512, 512)];

    double IWork.Amount => (double)Shape.Rows * Shape.Columns * Shape.Depth;

    string IWork.Unit => "GMAC/s";

    [GlobalSetup]
    public void Setup()
    {
        _x = Drawn.Floats(Shape.Rows * Shape.Depth);
        _w = Drawn.Floats(GemmPacking.PackedLength(Shape.Columns, Shape.Depth));
        _bias = Drawn.Floats(Shape.Columns);
        _y = new float[Shape.Rows * Shape.Columns];
    }

    [Benchmark]
    public void F32() => Gemm.F32(_x, _w, _bias, default, _y, Shape.Rows, Shape.Columns, Shape.Depth, Activation.Relu, 0, 0, true);
}
