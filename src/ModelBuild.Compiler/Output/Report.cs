using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Output;

/// <summary>What the build found out about a deployed model.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Options">What the item said.</param>
/// <param name="Verification">The comparison with the source model; null when it was skipped.</param>
/// <param name="OnnxBytes">Size of the last stage's ONNX file.</param>
/// <param name="Layers">What the stages did to each layer with weights.</param>
public sealed record Report(ExecutionPlan Plan, CompileOptions Options, VerificationResult? Verification, long OnnxBytes, IReadOnlyList<LayerChange> Layers);
