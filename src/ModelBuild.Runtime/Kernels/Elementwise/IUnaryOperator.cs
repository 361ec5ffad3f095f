using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// One elementwise function of one operand in all widths. Every width must give the same bits for the same element, so that a result does not
/// depend on where in the tensor the element stands.
/// </summary>
internal interface IUnaryOperator<T> : IScalarUnaryOperator<T, T>
    where T : unmanaged
{
    /// <summary>Whether the vector forms may be used for <typeparamref name="T"/>.</summary>
    static abstract bool IsVectorizable { get; }

    /// <summary>The result for four 32-bit elements, or as many as 128 bits hold.</summary>
    Vector128<T> Invoke(Vector128<T> x);

    /// <summary>The result for eight 32-bit elements, or as many as 256 bits hold.</summary>
    Vector256<T> Invoke(Vector256<T> x);

    /// <summary>The result for sixteen 32-bit elements, or as many as 512 bits hold.</summary>
    Vector512<T> Invoke(Vector512<T> x);
}
