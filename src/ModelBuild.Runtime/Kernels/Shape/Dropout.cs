using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Dropout whose mode or ratio comes with the call.</summary>
public static class Dropout
{
    /// <summary>Copies a tensor, where nothing of it is to be dropped (ONNX Dropout 22).</summary>
    /// <param name="x">The operand.</param>
    /// <param name="ratio">One element: the part of the elements that training drops.</param>
    /// <param name="trainingMode">One truth value.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The mode is that of training, and the ratio is not 0.</exception>
    public static void Run<T, TRatio>(ReadOnlySpan<T> x, ReadOnlySpan<TRatio> ratio, ReadOnlySpan<bool> trainingMode, Span<T> y)
        where T : unmanaged
        where TRatio : unmanaged, INumber<TRatio>
    {
        Throw.IfShorter(ratio.Length, 1, nameof(ratio));
        Throw.IfShorter(trainingMode.Length, 1, nameof(trainingMode));
        if (trainingMode[0] && !TRatio.IsZero(ratio[0]))
        {
            Throw.Argument($"Dropout: the mode is that of training and the ratio is {ratio[0]}; only inference is supported, or a ratio of 0.", nameof(trainingMode));
        }

        x.CopyTo(y);
    }
}
