namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Turns an operator's meaning before one opset into its meaning from there on.</summary>
/// <param name="OpType">Operator of the default domain.</param>
/// <param name="Until">Applied to nodes of opsets below this one.</param>
/// <param name="Apply">Rewrites the node.</param>
internal sealed record Upgrade(string OpType, int Until, Action<PendingNode> Apply);
