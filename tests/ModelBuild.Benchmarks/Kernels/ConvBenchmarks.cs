using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>3x3 convolutions in binary32: direct and by minimal filtering, whose multiply-accumulates count as those of the direct one.</summary>
public class ConvBenchmarks : IWork
{
    private const int Kernel = 3;

    private float[] _x = [];
    private float[] _direct = [];
    private float[] _filtered = [];
    private float[] _bias = [];
    private float[] _y = [];
    private float[] _scratch = [];

    [ParamsSource(nameof(Images))]
    public Image Shape { get; set; } = new(1, 1, 1);

    public static IEnumerable<Image> Images => [new(32, 3, 16), new(32, 16, 16), new(16, 32, 32), new(56, 64, 64), new(28, 128, 128), new(14, 256, 256)];

    double IWork.Amount => (double)Shape.Size * Shape.Size * Shape.Inputs * Shape.Outputs * Kernel * Kernel;

    string IWork.Unit => "GMAC/s";

    [GlobalSetup]
    public void Setup()
    {
        int size = Shape.Size;
        _x = Drawn.Floats(size * size * Shape.Inputs);
        _direct = Drawn.Floats(ConvPacking.PackedLength(Shape.Outputs, Shape.Inputs, Kernel, Kernel, 1));
        _filtered = Drawn.Floats(WinogradPacking.PackedLength(Shape.Outputs, Shape.Inputs));
        _bias = Drawn.Floats(Shape.Outputs);
        _y = new float[size * size * Shape.Outputs];
        _scratch = new float[Math.Max(Conv.ScratchLength(size, size, Shape.Inputs, size, size, Kernel, Kernel, 1, 1, 1, 1, 1, 1), WinogradConv.ScratchLength(1, size, size, Shape.Inputs))];
    }

    [Benchmark]
    public void Direct() => Conv.F32(
        _x, _direct, _bias, default, _y, _scratch, 1, Shape.Size, Shape.Size, Shape.Inputs, Shape.Size, Shape.Size, Shape.Outputs, Kernel, Kernel, 1, 1, 1, 1, 1, 1, 1, Activation.Relu, 0, 0);

    [Benchmark]
    public void Winograd() => WinogradConv.F32(
        _x, _filtered, _bias, default, _y, _scratch, 1, Shape.Size, Shape.Size, Shape.Inputs, Shape.Size, Shape.Size, Shape.Outputs, 1, 1, Activation.Relu, 0, 0);
}
