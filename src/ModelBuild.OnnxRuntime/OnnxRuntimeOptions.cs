using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>Options of a predictor that ONNX Runtime executes.</summary>
public sealed class OnnxRuntimeOptions : PredictorOptions
{
    /// <summary>Threads that one call may use; 1 by default, because a server predicts on many threads at once. 0 lets ONNX Runtime choose.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Changes the session's options last, for example to add an execution provider; null for no change.</summary>
    public Action<SessionOptions>? Configure { get; init; }
}
