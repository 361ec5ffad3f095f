using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>The memory of one call: buffers that are bound to the session's inputs and outputs once. One caller at a time may use it.</summary>
public sealed class OnnxRuntimeCall : IDisposable
{
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
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _inputs[index].Elements<T>();
    }

    /// <summary>The elements of an output, valid until the next <see cref="Run"/>.</summary>
    /// <param name="index">Ordinal of the output.</param>
    /// <exception cref="ArgumentException">The output has another element type.</exception>
    public Span<T> Output<T>(int index)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _outputs[index].Elements<T>();
    }

    /// <summary>Computes the outputs from the inputs.</summary>
    /// <exception cref="ArgumentException">A string of an input is null.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (TensorBuffer input in _inputs)
        {
            input.Send();
        }

        _owner.Session.RunWithBinding(_runOptions, _binding);
        foreach (TensorBuffer output in _outputs)
        {
            output.Receive();
        }
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
}
