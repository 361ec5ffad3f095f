namespace ModelBuild.Benchmarks.Layers;

/// <summary>A node that ONNX Runtime ran, after its own rewrites.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="OpType">Operator.</param>
/// <param name="Microseconds">Time of one call.</param>
internal sealed record OnnxRuntimeNode(string Name, string OpType, double Microseconds);
