namespace ModelBuild.Compiler.Ir;

/// <summary>What a size may be that an operator counts at run time.</summary>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value, or null where only memory bounds it.</param>
/// <param name="Sampled">Greatest value that is looked at while the model is built, where that is not <paramref name="Maximum"/>.</param>
public readonly record struct CountRange(long Minimum, long? Maximum, long? Sampled = null);
