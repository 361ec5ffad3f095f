namespace ModelBuild.Plan;

/// <summary>What executes the model behind the generated class.</summary>
public enum PlanRuntime
{
    /// <summary>Generated calls into <c>ModelBuild.Runtime</c>.</summary>
    Generated,

    /// <summary>ONNX Runtime through <c>ModelBuild.OnnxRuntime</c>; the weights are an ONNX model and there are no steps.</summary>
    OnnxRuntime,

    /// <summary>Inputs and outputs only, for design-time builds: the public surface without a body.</summary>
    Signature,
}
