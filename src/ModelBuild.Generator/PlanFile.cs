namespace ModelBuild.Generator;

/// <summary>An additional file that the build marked as ours.</summary>
/// <param name="Path">Its path.</param>
/// <param name="IsVerification">True for a verification, false for a plan.</param>
/// <param name="Text">Its text.</param>
internal sealed record PlanFile(string Path, bool IsVerification, string Text);
