using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>Options of a predictor that ONNX Runtime executes. <see cref="PredictorOptions.Threads"/> is its number of intra-op threads; it takes 0 as it sees fit.</summary>
public sealed class OnnxRuntimeOptions : PredictorOptions
{
    /// <summary>Changes the session's options last, for example to add an execution provider; null for no change.</summary>
    public Action<SessionOptions>? Configure { get; init; }
}
