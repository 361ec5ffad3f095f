using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// y = clamp(fp32(acc) * scale + bias, low, high); product and sum are rounded one after the other, as the nodes Cast, Mul and Add of an ONNX graph do,
/// so that every path gives the same bits. Activations that are more than a clamp are applied by the entry.
/// </summary>
internal unsafe struct DotToF32 : IDotEpilogue
{
    /// <summary>The output.</summary>
    internal float* Y;

    /// <summary>Elements between output rows.</summary>
    internal nint Stride;

    /// <summary>The lower bound.</summary>
    internal float Low;

    /// <summary>The upper bound.</summary>
    internal float High;

    /// <summary>Creates the epilogue; it does the clamps of <see cref="Activation.Relu"/> and <see cref="Activation.Clip"/>.</summary>
    internal DotToF32(float* y, nint stride, Activation activation, float alpha, float beta)
    {
        Y = y;
        Stride = stride;
        Low = activation == Activation.Relu ? 0f : activation == Activation.Clip ? alpha : float.NegativeInfinity;
        High = activation == Activation.Clip ? beta : float.PositiveInfinity;
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Store(int* tile, nint tileStride, nint row, int rows, int column, int columns, float* scales, float* floatBias)
    {
        float* y = Y + (row * Stride) + column;
        float* zeros = stackalloc float[DotPanel.Columns];
        if (floatBias == null)
        {
            // Adding -0 changes no value, not even -0 itself.
            new Span<float>(zeros, DotPanel.Columns).Fill(-0f);
            floatBias = zeros;
        }

        if (columns == DotPanel.Columns && Avx512F.IsSupported)
        {
            Vector512<float> scale = Vector512.Load(scales);
            Vector512<float> bias = Vector512.Load(floatBias);
            Vector512<float> low = Vector512.Create(Low);
            Vector512<float> high = Vector512.Create(High);
            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                Vector512<float> value = Avx512F.Add(Avx512F.Multiply(Vector512.ConvertToSingle(QuantizedRounding.Join(Vector256.Load(tile), Vector256.Load(tile + 8))), scale), bias);
                Vector512.Max(low, Vector512.Min(high, value)).Store(y);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector128<float> low = Vector128.Create(Low);
            Vector128<float> high = Vector128.Create(High);
            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                int c = 0;
                for (; c + 4 <= columns; c += 4)
                {
                    Vector128<float> value = (Vector128.ConvertToSingle(Vector128.Load(tile + c)) * Vector128.Load(scales + c)) + Vector128.Load(floatBias + c);
                    Vector128.Max(low, Vector128.Min(high, value)).Store(y + c);
                }

                for (; c < columns; c++)
                {
                    y[c] = Element(tile[c], scales[c], floatBias[c]);
                }
            }
        }
        else
        {
            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                for (int c = 0; c < columns; c++)
                {
                    y[c] = Element(tile[c], scales[c], floatBias[c]);
                }
            }
        }
    }

    /// <summary>One element.</summary>
    internal readonly float Element(int accumulator, float scale, float bias)
    {
        float product = accumulator * scale;
        return MathF.Max(Low, MathF.Min(High, product + bias));
    }

    /// <summary>Applies an activation that <see cref="Store"/> has not applied.</summary>
    internal static void Finish(Span<float> y, Activation activation, float alpha, float beta)
    {
        if (activation is not (Activation.None or Activation.Relu or Activation.Clip))
        {
            ActivationKernels.Apply(y, activation, alpha, beta);
        }
    }
}
