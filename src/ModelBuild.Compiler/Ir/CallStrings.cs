namespace ModelBuild.Compiler.Ir;

/// <summary>Stands for the strings of a call among the arguments of a kernel.</summary>
public sealed record CallStrings;
