using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>One elementwise function of two operands in all widths; every width gives the same bits for the same pair.</summary>
internal interface IBinaryOperator<T> : IScalarBinaryOperator<T, T>
    where T : unmanaged
{
    /// <summary>Whether the vector forms may be used for <typeparamref name="T"/>.</summary>
    static abstract bool IsVectorizable { get; }

    /// <summary>The result for as many pairs as 128 bits hold.</summary>
    static abstract Vector128<T> Invoke(Vector128<T> a, Vector128<T> b);

    /// <summary>The result for as many pairs as 256 bits hold.</summary>
    static abstract Vector256<T> Invoke(Vector256<T> a, Vector256<T> b);

    /// <summary>The result for as many pairs as 512 bits hold.</summary>
    static abstract Vector512<T> Invoke(Vector512<T> a, Vector512<T> b);
}
