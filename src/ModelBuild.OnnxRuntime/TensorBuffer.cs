using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelBuild.OnnxRuntime;

/// <summary>The memory of one input or output: native where it holds numbers; strings lie in an array, and ONNX Runtime has copies of its own.</summary>
internal sealed unsafe class TensorBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly int _length;
    private readonly string[]? _strings;
    private void* _pointer;

    public TensorBuffer(TensorInfo info)
    {
        Info = info;
        _length = checked((int)info.ItemLength);
        long[] shape = [.. info.Shape.Select(static size => size < 0 ? 1 : size)];
        if (info.Type == ElementType.String)
        {
            _strings = new string[_length];
            Value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            return;
        }

        long bytes = (long)_length * ElementTypes.SizeOf(info.Type);
        nuint allocated = (nuint)Math.Max(bytes, Alignment);
        _pointer = NativeMemory.AlignedAlloc(allocated, Alignment);
        NativeMemory.Clear(_pointer, allocated);
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, ElementTypes.ToOnnx(info.Type), shape, (nint)_pointer, bytes);
    }

    ~TensorBuffer() => Free();

    public TensorInfo Info { get; }

    public OrtValue Value { get; }

    /// <summary>The elements.</summary>
    /// <exception cref="ArgumentException">They are of another type.</exception>
    public Span<T> Elements<T>()
    {
        if (!ElementTypes.Is<T>(Info.Type))
        {
            throw new ArgumentException($"'{Info.Name}' holds {Info.Type} and not {typeof(T).Name}.");
        }

        return _strings is null ? MemoryMarshal.CreateSpan(ref Unsafe.AsRef<T>(_pointer), _length) : ((T[])(object)_strings).AsSpan();
    }

    /// <summary>Copies strings to ONNX Runtime.</summary>
    /// <exception cref="ArgumentException">A string is null.</exception>
    public void Send()
    {
        for (int i = 0; i < _strings?.Length; i++)
        {
            Value.StringTensorSetElementAt(_strings[i] ?? throw new ArgumentException($"Element {i} of '{Info.Name}' is null; a model has no missing strings."), i);
        }
    }

    /// <summary>Copies strings from ONNX Runtime.</summary>
    public void Receive()
    {
        for (int i = 0; i < _strings?.Length; i++)
        {
            _strings[i] = Value.GetStringElement(i);
        }
    }

    public void Dispose()
    {
        Value.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
