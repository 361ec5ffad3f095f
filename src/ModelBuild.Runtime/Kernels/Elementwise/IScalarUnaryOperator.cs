namespace ModelBuild.Kernels;

/// <summary>One elementwise function of one operand, one element at a time.</summary>
internal interface IScalarUnaryOperator<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    /// <summary>The result for one element.</summary>
    TOut Invoke(TIn x);
}
