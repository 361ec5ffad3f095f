namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>Serialised tensors of one run, in the order of the model's inputs and outputs.</summary>
internal sealed record BackendDataSet(IReadOnlyList<byte[]> Inputs, IReadOnlyList<byte[]> Outputs);
