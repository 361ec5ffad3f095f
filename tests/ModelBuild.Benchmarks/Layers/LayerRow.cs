namespace ModelBuild.Benchmarks.Layers;

/// <summary>A step of the plan and the nodes of ONNX Runtime that compute the same.</summary>
/// <param name="Step">The source nodes.</param>
/// <param name="Call">Kernel and its numbers.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Ours">Microseconds of our step.</param>
/// <param name="Theirs">Microseconds of ONNX Runtime's nodes, or null where none has the step's name.</param>
internal sealed record LayerRow(string Step, string Call, long Macs, double Ours, double? Theirs);
