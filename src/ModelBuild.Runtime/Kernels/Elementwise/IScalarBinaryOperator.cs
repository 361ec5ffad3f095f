namespace ModelBuild.Kernels;

/// <summary>One elementwise function of two operands, one element at a time.</summary>
internal interface IScalarBinaryOperator<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    /// <summary>The result for one pair of elements.</summary>
    static abstract TOut Invoke(TIn a, TIn b);
}
