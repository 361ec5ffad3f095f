namespace ModelBuild.Compiler.Ir;

/// <summary>The keys of an input that is a map in the source model and, in the graph, a row with one value for each key.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Names">In the order of the values; integers in decimal digits; empty for <see cref="InputKeyKind.Positions"/>.</param>
/// <param name="Missing">The string that stands for a key that a map does not have; of no meaning where the values are numbers, which are then 0.</param>
public sealed record InputKeys(InputKeyKind Kind, string[] Names, string Missing);
