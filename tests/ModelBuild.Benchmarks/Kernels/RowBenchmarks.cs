using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Softmax and layer normalisation of 64 rows in binary32.</summary>
public class RowBenchmarks : IWork
{
    private const int Rows = 64;

    private float[] _x = [];
    private float[] _scale = [];
    private float[] _y = [];

    [Params(16, 64, 100, 512)]
    public int Columns { get; set; }

    double IWork.Amount => 2.0 * sizeof(float) * Rows * Columns;

    string IWork.Unit => "GB/s";

    [GlobalSetup]
    public void Setup()
    {
        _x = Drawn.Floats(Rows * Columns);
        _scale = Drawn.Floats(Columns);
        _y = new float[Rows * Columns];
    }

    [Benchmark]
    public void SoftmaxOfRows() => Softmax.F32(_x, _y, Rows, Columns, 1);

    [Benchmark]
    public void LayerNormOfRows() => LayerNorm.F32(_x, _scale, _scale, _y, Rows, Columns, 1e-5f);
}
