using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Matrix products of bytes, requantised.</summary>
public class GemmU8S8Benchmarks : IWork
{
    private byte[] _x = [];
    private byte[] _w = [];
    private int[] _bias = [];
    private float[] _scales = [];
    private byte[] _y = [];

    [ParamsSource(nameof(Shapes))]
    public Product Shape { get; set; } = new(1, 1, 1);

    public static IEnumerable<Product> Shapes => GemmBenchmarks.Shapes;

    double IWork.Amount => (double)Shape.Rows * Shape.Columns * Shape.Depth;

    string IWork.Unit => "GMAC/s";

    [GlobalSetup]
    public void Setup()
    {
        _x = Drawn.Bytes(Shape.Rows * Shape.Depth);
        _w = Drawn.Bytes(GemmU8S8Packing.PackedLength(Shape.Columns, Shape.Depth));
        _bias = new int[Shape.Columns];
        _scales = Drawn.Floats(Shape.Columns);
        _y = new byte[Shape.Rows * Shape.Columns];
    }

    [Benchmark]
    public void ToU8() => GemmU8S8.ToU8(_x, MemoryMarshal.Cast<byte, sbyte>(_w), _bias, _scales, default, _y, Shape.Rows, Shape.Columns, Shape.Depth, 128, 128, 0, 255);
}
