namespace ModelBuild.Compiler.Planning;

/// <summary>A plan step bound to its kernel.</summary>
/// <param name="inputs">Address of the table of input addresses.</param>
/// <param name="outputs">Address of the table of output addresses.</param>
/// <param name="arena">Address of the arena.</param>
/// <param name="weights">Address of the weights blob.</param>
internal delegate void BoundStep(nint inputs, nint outputs, nint arena, nint weights);
