using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>A computation that is written once for every numeric element type.</summary>
internal interface INumericFunction
{
    /// <summary>Computes with elements of <typeparamref name="T"/>.</summary>
    Tensor Invoke<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}
