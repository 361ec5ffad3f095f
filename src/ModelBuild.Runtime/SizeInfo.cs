namespace ModelBuild;

/// <summary>A size that is given with every call.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value; <see cref="int.MaxValue"/> without a bound.</param>
/// <param name="Step">Values are the least one and whole steps above it.</param>
public sealed record SizeInfo(string Name, int Minimum, int Maximum, int Step);
