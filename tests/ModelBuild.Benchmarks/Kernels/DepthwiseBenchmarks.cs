using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>3x3 convolutions of each channel by itself, in binary32 and of bytes.</summary>
public class DepthwiseBenchmarks : IWork
{
    private const int Kernel = 3;

    private float[] _x = [];
    private float[] _w = [];
    private float[] _bias = [];
    private float[] _y = [];
    private byte[] _xBytes = [];
    private byte[] _wBytes = [];
    private int[] _intBias = [];
    private byte[] _yBytes = [];

    [ParamsSource(nameof(Images))]
    public Image Shape { get; set; } = new(1, 1, 1);

    public static IEnumerable<Image> Images => [new(48, 8, 8), new(25, 64, 64), new(112, 32, 32), new(56, 144, 144), new(14, 576, 576)];

    double IWork.Amount => (double)Shape.Size * Shape.Size * Shape.Inputs * Kernel * Kernel;

    string IWork.Unit => "GMAC/s";

    [GlobalSetup]
    public void Setup()
    {
        int length = Shape.Size * Shape.Size * Shape.Inputs;
        _x = Drawn.Floats(length);
        _w = Drawn.Floats(DepthwiseConvPacking.PackedLength(Shape.Inputs, Kernel, Kernel));
        _bias = Drawn.Floats(Shape.Inputs);
        _y = new float[length];
        _xBytes = Drawn.Bytes(length);
        _wBytes = Drawn.Bytes(DepthwiseConvU8S8Packing.PackedLength(Shape.Inputs, Kernel, Kernel));
        _intBias = new int[Shape.Inputs];
        _yBytes = new byte[length];
    }

    [Benchmark]
    public void F32() => DepthwiseConv.F32(
        _x, _w, _bias, default, _y, 1, Shape.Size, Shape.Size, Shape.Inputs, Shape.Size, Shape.Size, Kernel, Kernel, 1, 1, 1, 1, 1, 1, Activation.Relu, 0, 0);

    [Benchmark]
    public void U8S8() => DepthwiseConvU8S8.ToU8(
        _xBytes, MemoryMarshal.Cast<byte, sbyte>(_wBytes), _intBias, _bias, default, _yBytes, 1, Shape.Size, Shape.Size, Shape.Inputs, Shape.Size, Shape.Size, Kernel, Kernel, 1, 1, 1, 1, 1, 1, 128, 128, 0, 255);
}
