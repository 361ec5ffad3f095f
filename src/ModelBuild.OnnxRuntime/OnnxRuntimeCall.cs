using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>The memory of one call: native buffers that are bound to the session's inputs and outputs once. One caller at a time may use it.</summary>
public sealed class OnnxRuntimeCall : IDisposable
{
    private const int Alignment = 64;

    private readonly SessionOwner _owner;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly TensorBuffer[] _inputs;
    private readonly TensorBuffer[] _outputs;
    private bool _isDisposed;

    internal OnnxRuntimeCall(SessionOwner owner, PredictorInfo info)
    {
        owner.AddReference();
        _owner = owner;
        _binding = owner.Session.CreateIoBinding();
        _inputs = [.. info.Inputs.Select(static tensor => new TensorBuffer(tensor))];
        _outputs = [.. info.Outputs.Select(static tensor => new TensorBuffer(tensor))];
        Array.ForEach(_inputs, buffer => _binding.BindInput(buffer.Info.Name, buffer.Value));
        Array.ForEach(_outputs, buffer => _binding.BindOutput(buffer.Info.Name, buffer.Value));
    }

    /// <summary>The elements of an input, to be filled in.</summary>
    /// <param name="index">Ordinal of the input.</param>
    /// <exception cref="ArgumentException">The input has another element type.</exception>
    public Span<T> Input<T>(int index)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _inputs[index].Elements<T>();
    }

    /// <summary>The elements of an output, valid until the next <see cref="Run"/>.</summary>
    /// <param name="index">Ordinal of the output.</param>
    /// <exception cref="ArgumentException">The output has another element type.</exception>
    public Span<T> Output<T>(int index)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _outputs[index].Elements<T>();
    }

    /// <summary>Computes the outputs from the inputs.</summary>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _owner.Session.RunWithBinding(_runOptions, _binding);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _binding.Dispose();
        _runOptions.Dispose();
        Array.ForEach(_inputs, static buffer => buffer.Dispose());
        Array.ForEach(_outputs, static buffer => buffer.Dispose());
        _owner.Release();
    }

    private sealed unsafe class TensorBuffer : IDisposable
    {
        private readonly int _length;
        private void* _pointer;

        public TensorBuffer(TensorInfo info)
        {
            Info = info;
            _length = checked((int)info.ItemLength);
            long bytes = (long)_length * ElementTypes.SizeOf(info.Type);
            nuint allocated = (nuint)Math.Max(bytes, Alignment);
            _pointer = NativeMemory.AlignedAlloc(allocated, Alignment);
            NativeMemory.Clear(_pointer, allocated);
            long[] shape = [.. info.Shape.Select(static size => size < 0 ? 1 : size)];
            Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, ElementTypes.ToOnnx(info.Type), shape, (nint)_pointer, bytes);
        }

        ~TensorBuffer() => Free();

        public TensorInfo Info { get; }

        public OrtValue Value { get; }

        public Span<T> Elements<T>()
            where T : unmanaged => ElementTypes.Is<T>(Info.Type)
                ? new Span<T>(_pointer, _length)
                : throw new ArgumentException($"'{Info.Name}' holds {Info.Type} and not {typeof(T).Name}.");

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
}
