namespace ModelBuild.Compiler.Ir;

/// <summary>Finds an operator's definition.</summary>
public interface IOperatorSet
{
    /// <summary>The definition, or null when the compiler does not know the operator.</summary>
    Op? Find(string domain, string opType);
}
