using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Benchmarks;

/// <summary>An input or output in aligned native memory.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private const int Alignment = 64;

    public NativeTensor(PlanPort port, Tensor? values)
    {
        DType = PlanElementTypes.ToDType(port.Type);
        Dims = [.. port.Dims];
        Bytes = checked(port.Count * DTypes.SizeOf(DType));
        Address = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(Bytes, Alignment), Alignment);
        Span.Clear();
        values?.Bytes.CopyTo(Span);
    }

    public DType DType { get; }

    public long[] Dims { get; }

    public long Bytes { get; }

    public nint Address { get; private set; }

    private Span<byte> Span => new((void*)Address, checked((int)Bytes));

    public Tensor ToTensor() => new(DType, Dims, Span.ToArray());

    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)Address);
        Address = 0;
    }
}
