using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Functions of each element in binary32, in the first level of the cache.</summary>
public class FunctionBenchmarks : IWork
{
    private const int Length = 4096;

    private readonly float[] _x = Drawn.Floats(Length);
    private readonly float[] _y = new float[Length];

    double IWork.Amount => 2.0 * sizeof(float) * Length;

    string IWork.Unit => "GB/s";

    [Benchmark]
    public void Exp() => Unary.ExpF32(_x, _y);

    [Benchmark]
    public void Tanh() => Unary.TanhF32(_x, _y);

    [Benchmark]
    public void Sigmoid() => Unary.SigmoidF32(_x, _y);

    [Benchmark]
    public void Erf() => Unary.ErfF32(_x, _y);

    [Benchmark]
    public void Abs() => Unary.AbsF32(_x, _y);
}
