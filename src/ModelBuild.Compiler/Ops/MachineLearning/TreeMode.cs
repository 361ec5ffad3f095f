namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>The comparison of a branch; the numbers are those of TreeEnsemble's nodes_modes.</summary>
internal enum TreeMode
{
    LessOrEqual = 0,
    Less = 1,
    GreaterOrEqual = 2,
    Greater = 3,
    Equal = 4,
    NotEqual = 5,
    Member = 6,
}
