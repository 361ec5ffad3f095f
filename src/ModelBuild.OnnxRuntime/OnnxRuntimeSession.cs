using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>An ONNX Runtime session with a pool of calls whose memory is bound once. Safe to share between threads.</summary>
public sealed class OnnxRuntimeSession : IDisposable
{
    private readonly PredictorInfo _info;
    private readonly SessionOwner _owner;
    private readonly InstancePool<OnnxRuntimeCall> _pool;

    /// <summary>Opens a session.</summary>
    /// <param name="model">Weights whose data is an ONNX model; they may be disposed afterwards.</param>
    /// <param name="options">An <see cref="OnnxRuntimeOptions"/>, or options without those of the session; may be null.</param>
    /// <param name="info">Inputs and outputs of the model; the leading size -1 stands for a batch of one.</param>
    /// <exception cref="InvalidDataException">The model lacks an input or output of <paramref name="info"/>, or it has another element type.</exception>
    public OnnxRuntimeSession(PredictorWeights model, PredictorOptions? options, PredictorInfo info)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(info);
        _info = info;
        _owner = new SessionOwner(CreateSession(model, options));
        _pool = new InstancePool<OnnxRuntimeCall>(Create);
        try
        {
            Check(_owner.Session.InputMetadata, info.Inputs, "input");
            Check(_owner.Session.OutputMetadata, info.Outputs, "output");
        }
        catch (InvalidDataException)
        {
            _owner.Dispose();
            throw;
        }
    }

    /// <summary>Takes an idle call, or makes one.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public OnnxRuntimeCall Rent() => _pool.Rent();

    /// <summary>Gives back a call from <see cref="Rent"/>.</summary>
    public void Return(OnnxRuntimeCall call) => _pool.Return(call);

    /// <summary>Makes a call that the caller owns and disposes.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public OnnxRuntimeCall Create() => new(_owner, _info);

    /// <summary>Closes the session as soon as no call uses it.</summary>
    public void Dispose()
    {
        _pool.Dispose();
        _owner.Dispose();
    }

    private static InferenceSession CreateSession(PredictorWeights model, PredictorOptions? options)
    {
        using var sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = options?.Threads ?? 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        (options as OnnxRuntimeOptions)?.Configure?.Invoke(sessionOptions);

        // ONNX Runtime takes a managed array; it copies what it needs while it loads.
        byte[] bytes = model.U8(0, checked((int)model.Length)).ToArray();
        return new InferenceSession(bytes, sessionOptions);
    }

    private static void Check(IReadOnlyDictionary<string, NodeMetadata> actual, IEnumerable<TensorInfo> expected, string kind)
    {
        foreach (TensorInfo tensor in expected)
        {
            if (!actual.TryGetValue(tensor.Name, out NodeMetadata? metadata))
            {
                throw new InvalidDataException($"The ONNX model has no {kind} '{tensor.Name}'.");
            }

            if (!metadata.IsTensor || metadata.ElementDataType != ElementTypes.ToOnnx(tensor.Type))
            {
                throw new InvalidDataException($"The {kind} '{tensor.Name}' of the ONNX model is not a tensor of {tensor.Type}.");
            }
        }
    }
}
