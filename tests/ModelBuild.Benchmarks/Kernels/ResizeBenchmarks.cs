using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Resampling of one axis of a picture of 3 planes in binary32 whose size comes with the call, with weights that are found out in it.</summary>
public class ResizeBenchmarks : IWork
{
    private const int Planes = 3;
    private const int Other = 320;
    private const int Input = 480;

    private readonly float[] _x = Drawn.Floats(Planes * Other * Input);
    private readonly float[] _weights = new float[Input * 16];
    private readonly float[] _lines = new float[SizedResize.Lines(Input)];
    private float[] _y = [];

    [Params(224, 960)]
    public int Output { get; set; }

    double IWork.Amount => (double)sizeof(float) * Planes * Other * (Input + Output);

    string IWork.Unit => "GB/s";

    [GlobalSetup]
    public void Setup() => _y = new float[Planes * Other * Output];

    [Benchmark]
    public void LinearColumns() => Interpolate(Planes * Other, 1, isCubic: false, antialias: false);

    [Benchmark]
    public void LinearRows() => Interpolate(Planes, Other, isCubic: false, antialias: false);

    [Benchmark]
    public void CubicAntialiasColumns() => Interpolate(Planes * Other, 1, isCubic: true, antialias: true);

    [Benchmark]
    public void CubicAntialiasRows() => Interpolate(Planes, Other, isCubic: true, antialias: true);

    [Benchmark]
    public void NearestColumns() => Nearest(Planes * Other, 1);

    [Benchmark]
    public void NearestRows() => Nearest(Planes, Other);

    private void Interpolate(int outer, int inner, bool isCubic, bool antialias) => SizedResize.InterpolateF32(
        _x, default, default, [outer, Output, inner], _y, _weights, _lines, [0, 1, 2], [outer, Input, inner], 1, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, isCubic, -0.75, false, antialias,
        outer, Output, inner);

    private void Nearest(int outer, int inner) => SizedResize.Nearest<float>(
        _x, default, default, [outer, Output, inner], _y, [0, 1, 2], [outer, Input, inner], 1, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, NearestMode.RoundPreferFloor, outer, Output, inner);
}
