namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>One test of the ONNX backend suites: a model and data sets of stored inputs and outputs, all as protobuf bytes.</summary>
/// <param name="Name">Suite and test, for example <c>node/test_abs</c>.</param>
/// <param name="Model">A serialised ModelProto.</param>
/// <param name="DataSets">At least one, in order.</param>
internal sealed record BackendCase(string Name, byte[] Model, IReadOnlyList<BackendDataSet> DataSets);
